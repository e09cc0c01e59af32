"""How every program of ours ends: with an exit code, and for a foreseen failure with its sentence, never a traceback."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

from kiosk.errors import code_and_params, sentence
from kiosk.exit_codes import ExitCode, exit_code_for


def ended(program: Callable[[], Any]) -> int:
    """Run `program` to its exit code. An unforeseen failure passes through: it is a defect and must show."""
    try:
        program()
    except SystemExit as end:
        return int(end.code or 0) if isinstance(end.code, int) or end.code is None else 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    except Exception as fault:
        found = code_and_params(fault)
        if found is None:
            raise
        code, params = found
        if "--json" in sys.argv:
            said = {"error": code, "message": sentence(fault), **_plain(params)}
            sys.stdout.write(json.dumps(said, ensure_ascii=False) + "\n")
        sys.stderr.write(f"{sentence(fault)}\n")
        return exit_code_for(code)
    return ExitCode.OK


def _plain(params: dict[str, Any]) -> dict[str, Any]:
    return {k: v if isinstance(v, int | float | str | bool) else str(v) for k, v in params.items()}
