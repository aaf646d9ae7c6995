"""Loading a policy pack: all of it or none of it, and nothing the second time."""

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from django.db import transaction

from accounts.models import User
from policies.models import LoadedPack
from policies.packs.records import PackError, read_record, read_records
from policies.packs.registry import PackRun, sections

logger = logging.getLogger(__name__)

PACKS_DIR: Final = Path(__file__).resolve().parent.parent / "packs"


@dataclass(frozen=True, kw_only=True)
class PackReport:
    """What one loading did: rows created or changed in each section. `is_repeat` when it was loaded before as it is."""

    title: str
    changed: dict[str, int]
    is_repeat: bool = False


def available_packs() -> list[str]:
    return sorted(path.parent.name for path in PACKS_DIR.glob("*/pack.yaml"))


def load_pack(name: str, *, actor: User, now: datetime, folder: Path = PACKS_DIR) -> PackReport:
    """Write the pack's rules, in one transaction. Loading the same files again changes nothing."""
    directory = folder / name
    if not (directory / "pack.yaml").is_file():
        raise PackError(f"There is no policy pack “{name}”. There are: {', '.join(available_packs())}.")
    about = read_record(directory / "pack.yaml")
    title, _, valid_from = about.text("title"), about.text("description", ""), about.day("valid_from")
    about.finish()
    _refuse_unknown_files(directory)
    digest = _digest(directory)
    if LoadedPack.objects.filter(name=name).order_by("-pk").values_list("digest", flat=True).first() == digest:
        return PackReport(title=title, changed={}, is_repeat=True)
    run = PackRun(pack=name, valid_from=valid_from, actor=actor, now=now)
    with transaction.atomic():
        changed = {
            section: load(read_records(path), run)
            for section, load in sections().items()
            if (path := directory / f"{section}.yaml").is_file()
        }
        LoadedPack.objects.create(name=name, digest=digest, loaded_at=now, loaded_by=actor)
    logger.info("policy_pack_loaded pack=%s rows=%s", name, sum(changed.values()))
    return PackReport(title=title, changed=changed)


def _refuse_unknown_files(directory: Path) -> None:
    known = {"pack", *sections()}
    for path in sorted(directory.glob("*.yaml")):
        if path.stem not in known:
            raise PackError(f"{directory.name}/{path.name}: no part of the product knows the section “{path.stem}”.")


def _digest(directory: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(directory.glob("*.yaml")):
        digest.update(f"{path.name}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
