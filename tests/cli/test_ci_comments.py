"""Tests of the comment on pull requests and the note on merge requests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from ci_files import GITLAB, steps

HARNESS = """
const calls = [];
const github = {
  paginate: async () => JSON.parse(process.env.COMMENTS),
  rest: {issues: {listComments: null,
    updateComment: async call => calls.push(["update", call.comment_id, call.body]),
    createComment: async call => calls.push(["create", call.issue_number, call.body])}},
};
const context = {repo: {owner: "acme", repo: "lake"}, issue: {number: 7}, runId: 1, serverUrl: "https://git.example"};
(async () => { %s })().then(() => console.log(JSON.stringify(calls)));
"""


@pytest.mark.parametrize(
    ("files", "comments", "plan", "expected"),
    [
        (["lakekit-synth/synth/gate.md"], [], "skipped", ("create", 7, "report")),
        (["lakekit-synth/synth/gate.md", "lakekit-plan/gate.md"], [], "success", ("create", 7, "report")),
        (["lakekit-synth/synth/gate.md"], [], "failure", ("create", 7, "The plan failed and was not evaluated")),
        ([], [], "skipped", ("create", 7, "could not evaluate")),
        (
            ["lakekit-synth/synth/gate.md"],
            [
                {"id": 1, "user": {"type": "User"}, "body": "<!-- lakekit gate -->"},
                {"id": 2, "user": {"type": "Bot"}, "body": "<!-- lakekit gate -->\nold"},
            ],
            "success",
            ("update", 2, "report"),
        ),
    ],
)
def test_github_writes_one_comment(
    tmp_path: Path, files: list[str], comments: list[Any], plan: str, expected: tuple[str, int, str]
) -> None:
    for file in files:
        (tmp_path / "reports" / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "reports" / file).write_text(f"<!-- lakekit gate -->\nreport {file}")
    script = HARNESS % steps("comment")[-1]["with"]["script"]
    environ = {**os.environ, "COMMENTS": json.dumps(comments), "GATE": "success", "PLAN": plan}
    done = subprocess.run(
        ["node", "-e", script], cwd=tmp_path, env=environ, text=True, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    ((verb, number, body),) = json.loads(done.stdout)
    assert (verb, number) == expected[:2]
    assert expected[2] in body
    assert body.startswith("<!-- lakekit gate -->")
    assert ("lakekit-plan" in body) is any("plan" in file for file in files)


@contextmanager
def notes(existing: list[dict[str, Any]]) -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
    """Serve GitLab's notes API; yield its URL and the received requests."""
    sent: list[tuple[str, str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length).decode()
            assert self.headers["PRIVATE-TOKEN"] == "token"
            if self.command != "GET":
                sent.append((self.command, self.path, json.loads(body)["body"]))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(existing if self.command == "GET" else {}).encode())

        do_GET = do_POST = do_PUT = _answer  # noqa: N815

        def log_message(self, *_: Any) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", sent
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("existing", "verb", "path"),
    [
        ([], "POST", "/projects/3/merge_requests/7/notes"),
        ([{"id": 9, "body": "<!-- lakekit gate -->\nold"}], "PUT", "/projects/3/merge_requests/7/notes/9"),
    ],
)
def test_gitlab_writes_one_note(tmp_path: Path, existing: list[dict[str, Any]], verb: str, path: str) -> None:
    (tmp_path / "reports/synth").mkdir(parents=True)
    (tmp_path / "reports/synth/gate.md").write_text("<!-- lakekit gate -->\nreport")
    (script,) = GITLAB["lakekit:note"]["script"]
    with notes(existing) as (url, sent):
        environ = {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "CI_API_V4_URL": url,
            "CI_PROJECT_ID": "3",
            "CI_MERGE_REQUEST_IID": "7",
            "CI_PIPELINE_URL": "https://git.example/1",
            "LAKEKIT_NOTE_TOKEN": "token",
            "no_proxy": "*",
        }
        done = subprocess.run(
            ["bash", "-e", "-c", script], cwd=tmp_path, env=environ, text=True, capture_output=True, check=False
        )
    assert done.returncode == 0, done.stderr
    assert sent == [(verb, path, "<!-- lakekit gate -->\nreport")]
