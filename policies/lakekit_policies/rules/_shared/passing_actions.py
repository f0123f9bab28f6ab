"""Actions that give a service a role and the code or the calls to run with it.

Source: the actions of each service that need ``iam:PassRole``,
https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
Jobs of data engines (EMR, Glue job runs, Batch and ECS tasks, SageMaker training) are left out: to run them with a role
that is named is what an orchestrator is for.
"""

from __future__ import annotations

from typing import Final

PASSING_ACTIONS: Final = {
    "apprunner": ("apprunner:createservice", "apprunner:updateservice"),
    "autoscaling": ("autoscaling:createlaunchconfiguration",),
    "batch": ("batch:registerjobdefinition",),
    "bedrock-agentcore": ("bedrock-agentcore:createcodeinterpreter", "bedrock-agentcore:createagentruntime"),
    "cloud9": ("cloud9:createenvironmentec2",),
    "cloudformation": (
        "cloudformation:createstack",
        "cloudformation:updatestack",
        "cloudformation:createchangeset",
        "cloudformation:createstackset",
        "cloudformation:updatestackset",
        "cloudformation:createstackrefactor",
    ),
    "codebuild": ("codebuild:createproject", "codebuild:updateproject"),
    "codepipeline": ("codepipeline:createpipeline", "codepipeline:updatepipeline"),
    "cognito-identity": ("cognito-identity:setidentitypoolroles",),
    "datapipeline": ("datapipeline:createpipeline", "datapipeline:putpipelinedefinition"),
    "ec2": (
        "ec2:associateiaminstanceprofile",
        "ec2:replaceiaminstanceprofileassociation",
        "ec2:requestspotfleet",
        "ec2:requestspotinstances",
    ),
    "ecs-tasks": ("ecs:registertaskdefinition",),
    "events": ("events:puttargets",),
    "glue": (
        "glue:createdevendpoint",
        "glue:createjob",
        "glue:createsession",
        "glue:updatejob",
    ),
    "imagebuilder": ("imagebuilder:createinfrastructureconfiguration",),
    "iot": ("iot:createtopicrule", "iot:createrolealias", "iot:updaterolealias"),
    "lambda": ("lambda:createfunction", "lambda:updatefunctionconfiguration"),
    "opsworks": ("opsworks:createstack", "opsworks:updatestack"),
    "pipes": ("pipes:createpipe", "pipes:updatepipe"),
    "sagemaker": ("sagemaker:createnotebookinstance",),
    "scheduler": ("scheduler:createschedule", "scheduler:updateschedule"),
    "servicecatalog": ("servicecatalog:createconstraint", "servicecatalog:updateconstraint"),
    "ssm": ("ssm:startautomationexecution", "ssm:createassociation", "ssm:createactivation"),
    "states": ("states:createstatemachine", "states:updatestatemachine"),
}
"""Actions by the name of the service that takes the role, without ``.amazonaws.com``."""
