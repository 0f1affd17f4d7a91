"""Kodi's own add-on checker, without the internet: `python -m tests.architecture.run_addon_checker BRANCH=FOLDER ...`.

Prints one JSON object: what it reported about each, as [level, message]. At its start the checker downloads the list of
add-ons of every Kodi branch; here they hold what our add-on asks for. What needs the internet is left out: whether the
addresses in addon.xml answer.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import sys

import requests
from kodi_addon_checker import check_addon, common
from kodi_addon_checker.addons.Repository import Repository
from kodi_addon_checker.config import Config
from kodi_addon_checker.reporter import ReportManager

# The oldest versions that Kodi's repositories have had since Kodi 19.
REPOSITORY = gzip.compress(
    b"""<addons>
    <addon id="script.module.requests" name="requests" version="2.22.0" provider-name="kennethreitz"/>
    <addon id="script.module.yaml" name="PyYAML" version="5.3.0" provider-name="Kirill Simonov"/>
    <addon id="script.module.schedule" name="schedule" version="0.6.0" provider-name="Daniel Bader"/>
    </addons>"""
)


class Mirror(requests.adapters.HTTPAdapter):
    """Stands in for Kodi's mirror: gives the same list for every branch."""

    def send(self, *_: object, **__: object) -> requests.Response:
        answer = requests.Response()
        answer.status_code, answer.raw = 200, io.BytesIO(REPOSITORY)
        return answer


def check(branch: str, folder: str, lists: dict[str, object]) -> list[tuple[str, str]]:
    """Return what the checker reports about an add-on's folder for one branch of Kodi."""
    collected = ReportManager.reporters["array"][0]
    collected.reports.clear()
    arguments = argparse.Namespace(
        branch=branch, PR=False, allow_folder_id_mismatch=False, skip_dependency_checks=False,
        check_license_file_exists=True, check_kodi_leia_deprecations=True, reporter=["array"],
    )  # fmt: skip
    check_addon.start(folder, arguments, lists, Config(None, arguments))
    return [(record.log_level, str(record.message)) for record in collected.reports]


def main(orders: list[str]) -> None:
    common.load_plugins()
    ReportManager.enable(["array"])
    check_addon.check_url.check_url = lambda report, parsed_xml: None
    for scheme in ("http://", "https://"):
        Repository._session.mount(scheme, Mirror())
    lists = check_addon.get_all_repo_addons()
    print(json.dumps({order: check(*order.split("=", 1), lists) for order in orders}))


if __name__ == "__main__":
    main(sys.argv[1:])
