"""The gateway's service is made of all areas: none of them may take a method's name from another."""

from __future__ import annotations

from gateway.service import GatewayService


def test_no_area_hides_a_method_of_another() -> None:
    """A method that is hidden is an operation or a page that nobody answers."""
    owners: dict[str, set[str]] = {}
    for area in GatewayService.__mro__[1:-1]:
        for name, member in vars(area).items():
            if callable(member) and not name.startswith("__"):
                owners.setdefault(name, set()).add(f"{area.__module__}.{area.__name__}")
    assert {name: areas for name, areas in owners.items() if len(areas) > 1} == {}
