"""A Dockerfile as its steps, and the files that a build would be given."""

import json
import shlex
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOOLS = Path(sys.executable).parent
"""Where the tools of requirements-deploy.lock are."""


@dataclass
class Stage:
    """What stands between one FROM and the next."""

    base: str
    name: str = ""
    steps: list[tuple[str, str]] = field(default_factory=list)
    """Instruction and arguments, in order."""

    @property
    def environment(self) -> dict[str, str]:
        """What ENV sets."""
        pairs = [word for step, text in self.steps if step == "ENV" for word in shlex.split(text)]
        return {name: value for name, _, value in (pair.partition("=") for pair in pairs)}

    def last(self, instruction: str) -> str:
        """The arguments that count where an instruction may stand several times."""
        return [text for step, text in self.steps if step == instruction][-1]

    def words(self, instruction: str) -> list[str]:
        """The command of an ENTRYPOINT or CMD in its exec form."""
        return [str(word) for word in json.loads(self.last(instruction))]


def stages(text: str) -> list[Stage]:
    """The stages of a Dockerfile."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    found: list[Stage] = []
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        instruction, _, rest = line.strip().partition(" ")
        if instruction == "FROM":
            base, *alias = rest.split()
            found.append(Stage(base, alias[1] if alias else ""))
        else:
            found[-1].steps.append((instruction, rest.strip()))
    return found


def context(folder: Path) -> None:
    """Copies what `.dockerignore` lets into a build: it leaves out everything (`*`) and then names what comes in again (`!`)."""
    rules = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    assert rules[0] == "*"
    left_out = shutil.ignore_patterns(*(rule.removeprefix("**/") for rule in rules[1:] if not rule.startswith("!")))
    for rule in rules:
        if not rule.startswith("!"):
            continue
        source, target = ROOT / rule[1:], folder / rule[1:]
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=left_out)
        else:
            shutil.copy2(source, target)
