"""`openapi`: bring the front end's copies of the services' documents up to date."""

from edu_cli.checks.openapi import write_documents
from edu_cli.devserver.frontend import Workshop
from edu_cli.devserver.state import State, default_state_directory
from edu_cli.ui import console, step


def openapi() -> None:
    """Write the services' OpenAPI documents and the front end's types of them.

    Run it after a change of an endpoint; the tests fail while the copies are old.
    """
    changed = write_documents()
    if not changed:
        console.print("The documents are current.")
        return
    state = State(default_state_directory())
    state.prepare()
    workshop = Workshop(state, step)
    workshop.install_packages()
    workshop.run_script("api")
    console.print(f"Changed: {', '.join(changed)}. Commit frontend/src/lib/api.")
