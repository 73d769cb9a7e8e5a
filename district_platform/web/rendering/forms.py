"""The forms of sign-in as whole HTML documents. Each is posted to the path where it stands, with the token `csrf`."""

from collections.abc import Sequence

from markupsafe import Markup

from district_platform.web.rendering.chrome import Chrome
from district_platform.web.rendering.html import render


def sign_in_form(chrome: Chrome, *, account: str = "", problem: str = "", target: str = "", directory: str = "") -> str:
    """`account`, `password`, `target` (where to go then); `directory` is the name of the district's, where it has one."""
    return render(
        "sign_in.html.jinja",
        chrome,
        title="Sign in",
        account=account,
        problem=problem,
        target=target,
        directory=directory,
    )


def password_form(chrome: Chrome, *, problem: str = "", is_changed: bool = False, least: int = 15) -> str:
    """`password`, `new_password`, `repeated`; `least` characters are asked for."""
    return render(
        "password.html.jinja", chrome, title="Change your password", problem=problem, is_changed=is_changed, least=least
    )


def invitation_form(chrome: Chrome, *, path: str, account: str, least: int, problem: str = "") -> str:
    """The first password of an invited account: `new_password`, `repeated`."""
    return render(
        "invitation.html.jinja",
        chrome,
        title="Choose your password",
        path=path,
        account=account,
        least=least,
        problem=problem,
    )


def code_form(chrome: Chrome, *, problem: str = "", target: str = "") -> str:
    """The second step of sign-in: `code`, `target`."""
    return render("code.html.jinja", chrome, title="Type your code", problem=problem, target=target)


def enrolment_form(
    chrome: Chrome,
    *,
    secret: str,
    app_address: str,
    asks_password: bool = False,
    problem: str = "",
    target: str = "",
) -> str:
    """Setting up an authenticator app: a QR code of `app_address`, the secret in groups, `code`, and `password` where it is asked."""
    groups = " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
    return render(
        "enrolment.html.jinja",
        chrome,
        title="Set up your second factor",
        groups=groups,
        picture=_qr_code(app_address),
        asks_password=asks_password,
        problem=problem,
        target=target,
    )


def factor_form(chrome: Chrome, *, since: str, n_left: int, problem: str = "") -> str:
    """Changing the second factor: `code`, and `wanted`, which is `codes` or `app`."""
    return render(
        "second_factor.html.jinja", chrome, title="Your second factor", since=since, n_left=n_left, problem=problem
    )


def recovery_codes(chrome: Chrome, *, codes: Sequence[str], target: str) -> str:
    """New recovery codes, shown this once, and a link to go on."""
    return render("recovery_codes.html.jinja", chrome, title="Your recovery codes", codes=codes, target=target or "/")


def _qr_code(text: str) -> Markup:
    import segno

    picture: str = segno.make(text, error="m", micro=False).svg_inline(scale=4, border=4, svgclass="qr", lineclass=None)
    return Markup(picture)
