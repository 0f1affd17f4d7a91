"""Arguments are checked against the documented types, and newer methods are missing in an older Kodi.

Kodi raises TypeError for a wrong argument type. Where Kodi silently takes None or a number for a documented str or
bool, this is stricter: the documentation is the contract.
"""

import functools
import inspect
import typing
from typing import Any, Callable, NamedTuple, TypeVar, Union

from tests.fakes.kodi import api_versions, current

T = TypeVar("T")


def checked(target: T) -> T:
    """Check the arguments of a function, or of every public method and constructor of a class."""
    if not inspect.isclass(target):
        return typing.cast(T, _check_calls(typing.cast(Callable[..., Any], target)))
    for name, member in list(vars(target).items()):
        if name.startswith("_") and name not in ("__init__", "__new__"):
            continue
        if inspect.isfunction(member):
            version = api_versions.came_with(f"{target.__name__}.{name}")
            checking = _check_calls(member)
            setattr(target, name, Newer(checking, version) if version else checking)
    return target


class Newer(NamedTuple):
    """A method that only a Kodi of at least this version has; in an older one the attribute does not exist."""

    function: Callable[..., Any]
    version: int

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if current.is_before(self.version):
            raise AttributeError(f"{owner.__name__}.{self.function.__name__} came with Kodi {self.version}")
        return self.function.__get__(instance, owner)


def _check_calls(function: Callable[..., Any]) -> Callable[..., Any]:
    signature = inspect.signature(function)
    plain = [one for one in signature.parameters.values() if one.kind is one.POSITIONAL_OR_KEYWORD]
    needed = sum(one.default is one.empty for one in plain)
    only_plain = len(plain) == len(signature.parameters)

    @functools.wraps(function)
    def checking(*args: Any, **kwargs: Any) -> Any:
        if only_plain and not kwargs and needed <= len(args) <= len(plain):
            given = zip(signature.parameters, args)  # what `bind` finds out, which takes ten times as long
        else:
            given = signature.bind(*args, **kwargs).arguments.items()
        for name, value in given:
            parameter = signature.parameters[name]
            is_one = parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
            if is_one and parameter.annotation is not parameter.empty and not _fits(value, parameter.annotation):
                wanted = getattr(parameter.annotation, "__name__", parameter.annotation)
                raise TypeError(
                    f'argument "{name}" for method "{function.__qualname__}" must be {wanted}, '
                    f"not {type(value).__name__} ({value!r})"
                )
        return function(*args, **kwargs)

    return checking


def _fits(value: Any, wanted: Any) -> bool:
    if wanted is Any:
        return True
    if isinstance(wanted, (str, typing.ForwardRef)):
        name = wanted if isinstance(wanted, str) else wanted.__forward_arg__
        return name.split(".")[-1] in [kind.__name__ for kind in type(value).__mro__]
    origin, inner = typing.get_origin(wanted), typing.get_args(wanted)
    if origin is Union:
        return any(_fits(value, one) for one in inner)
    if origin is list:
        return isinstance(value, (list, tuple)) and all(_fits(one, inner[0]) for one in value)
    if origin is dict:
        return isinstance(value, dict) and all(_fits(k, inner[0]) and _fits(v, inner[1]) for k, v in value.items())
    return isinstance(value, (int, float) if wanted is float else wanted)
