"""Asks the UI of this home, through its gate, whether Dagster answers: `python -m district_platform.ui.health` ends with 0, else with 1.

The token comes from the file that only the UI's own account can read, so that the gate needs no opening for whoever watches it.
"""

import os
import sys
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

URL_FILE = "ui_url"
"""In Dagster's home, for the account that owns it: the URL with the token, while the UI runs."""
_SECONDS = 5


def ill(dagster_home: Path) -> str | None:
    """Why the UI does not answer, in one sentence; None where it does."""
    try:
        url = urlsplit((dagster_home / URL_FILE).read_text().strip())
        [token] = parse_qs(url.query)["token"]
        asked = urllib.request.Request(
            f"{url.scheme}://{url.netloc}/server_info", headers={"Authorization": f"Bearer {token}"}
        )
        with urllib.request.urlopen(asked, timeout=_SECONDS):
            return None
    except FileNotFoundError:
        return f"{dagster_home / URL_FILE} is not there: no UI runs here."
    except (OSError, KeyError, ValueError) as error:
        return f"The UI does not answer: {error.reason if isinstance(error, urllib.error.URLError) else type(error).__name__}."


if __name__ == "__main__":
    sys.exit(ill(Path(os.environ["DAGSTER_HOME"])))
