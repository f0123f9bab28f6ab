"""Tools, provider mirrors and environment variables of a run."""

from .app import app_error, app_exit_code, modified_at, require_interpreter, wrote_nothing
from .errors import ToolError
from .mirrors import Mirror, find_mirrors
from .project import Project, find_project, project_root
from .providers import ProviderSource, provider_source
from .tools import Tool, cdktf_path, find_cdktf, find_node, find_terraform, gate_path, terraform_path
from .variables import run_variables, without_color

__all__ = [
    "Mirror",
    "Project",
    "ProviderSource",
    "Tool",
    "ToolError",
    "app_error",
    "app_exit_code",
    "cdktf_path",
    "find_cdktf",
    "find_mirrors",
    "find_node",
    "find_project",
    "find_terraform",
    "gate_path",
    "modified_at",
    "project_root",
    "provider_source",
    "require_interpreter",
    "run_variables",
    "terraform_path",
    "without_color",
    "wrote_nothing",
]
