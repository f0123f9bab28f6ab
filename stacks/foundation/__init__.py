"""What the platform team deploys: the ground that every domain stands on."""
