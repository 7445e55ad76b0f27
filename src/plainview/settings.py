"""Owns every setting: name, default, unit and help in one table. The only reader of the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

PREFIX = "PLAINVIEW_"
KIB, MIB, GIB = 1024, 1024**2, 1024**3


def _setting(default: Any, unit: str, text: str) -> Any:
    return field(default=default, metadata={"unit": unit, "help": text})


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of one process. Each may be set as PLAINVIEW_<NAME> in the environment."""

    realm: str = _setting("Plainview", "name", "The realm's name, as people see it")
    regions: str = _setting(
        "home=0", "name=number, comma-separated", "The regions that this process serves; the first is the default"
    )
    region_databases: str = _setting(
        "", "name=url, comma-separated", "PostgreSQL of each region; empty starts an embedded one per region"
    )
    data: Path = _setting(Path("plainview-data"), "folder", "Where the embedded database, media, keys and uploads lie")
    objects: str = _setting("", "url", "Where media lies: file:///… or s3://…; empty means the data folder")
    host: str = _setting("127.0.0.1", "address", "The address to listen on")
    port: int = _setting(8080, "port", "The port to listen on")
    public_url: str = _setting("", "url", "How people reach the service; empty means http://localhost:<port>")
    node: int = _setting(0, "0 to 61", "The number of this server among those that share a region; ids carry it")
    signup_open: bool = _setting(True, "yes or no", "Whether strangers may open accounts")
    upload_bytes_max: int = _setting(GIB, "bytes", "The largest video that may be uploaded")
    upload_checked_bytes_max: int = _setting(
        64 * MIB, "bytes", "The largest piece of an upload that brings a checksum: it is held back until it is whole"
    )
    uploads_open_max: int = _setting(20, "uploads", "Unfinished uploads that one person may have")
    upload_keep_hours: int = _setting(168, "hours", "How long an unfinished upload is kept")
    disk_reserve_bytes: int = _setting(512 * MIB, "bytes", "Free disk below which uploads are refused")
    body_bytes_max: int = _setting(256 * KIB, "bytes", "The largest ordinary request body")
    picture_bytes_max: int = _setting(5 * MIB, "bytes", "The largest profile picture")
    captions_bytes_max: int = _setting(512 * KIB, "bytes", "The largest caption file")
    duration_ms_min: int = _setting(3_000, "ms", "The shortest video")
    duration_ms_max: int = _setting(600_000, "ms", "The longest video")
    caption_chars_max: int = _setting(2_200, "characters", "The longest caption of a video")
    transcode_workers: int = _setting(1, "processes", "Transcodes at a time")
    transcode_threads: int = _setting(2, "threads", "Threads of one transcode")
    transcode_tries: int = _setting(3, "tries", "Tries before a file is put into quarantine")
    second_wave: bool = _setting(True, "yes or no", "Whether AV1 and Opus are made when the machine is idle")
    hashes_at_once: int = _setting(2, "hashes", "Password hashes computed at a time (19 MiB each)")
    session_days: int = _setting(60, "days", "How long a session lives without use")
    database_connections: int = _setting(6, "connections", "Connections of the server to each region's database")
    feed_page_size: int = _setting(8, "items", "Items in one page of the feed")
    events_batch_max: int = _setting(200, "events", "Events in one batch")
    engine_beside: bool = _setting(True, "", "Rank in a process of its own; no saves some 50 MiB and a processor")
    engine_days: int = _setting(30, "days", "How many days of events the engine replays at its start")
    fit_hour: int = _setting(
        3,
        "hour of the day, -1 for never",
        "When the model of what comes next is fitted, if the extra `engine` is there",
    )
    requests_per_minute: int = _setting(1_200, "requests", "Requests a minute from one address")
    limit_factor: int = _setting(1, "times", "Multiplies every limit on how often something may be done")
    log_level: str = _setting("info", "debug, info, warning or error", "What is worth a line in the log")
    log_format: str = _setting("auto", "auto, json or text", "How logs are written")
    event_log: str = _setting(
        "", "url", "Where events are logged: empty means the database; nats://… a JetStream server (one region)"
    )
    postgres_bin: str = _setting("", "folder", "A system PostgreSQL's programs, in place of the embedded wheel's")

    custodian: str = _setting(
        "file", "file, pkcs11:… or openbao:url", "What holds a region's key: files, a token behind PKCS#11, or OpenBao"
    )
    custodian_secret: str = _setting("", "file", "Where the token's PIN, or OpenBao's token, is read from")
    warden_account: int = _setting(
        64_201, "numeric account", "The account that a warden started by root becomes; each region's is one further"
    )
    warden_callers: str = _setting(
        "", "numeric accounts, comma-separated", "Who may ask a warden, besides root and its own account"
    )
    witnesses: str = _setting(
        "", "url key, comma-separated", "Who cosigns the access log: each witness's address and verifier key"
    )
    witness_quorum: int = _setting(
        0, "witnesses", "How many must have cosigned before a checkpoint is public; 0: enough to stand one that lies"
    )
    checkpoint_seconds: int = _setting(30, "seconds, at most 60", "How often the access log's checkpoint is renewed")

    def address(self) -> str:
        """The public address, without a slash at its end."""
        return (self.public_url or f"http://localhost:{self.port}").rstrip("/")

    def region_numbers(self) -> dict[str, int]:
        """Each region's name and number, the default first."""
        return {name: int(number) for name, number in _pairs(self.regions).items()}

    def database_urls(self) -> dict[str, str]:
        """Each region's database where one was named."""
        return _pairs(self.region_databases)


def read_settings(environment: Mapping[str, str] | None = None, **changes: Any) -> Settings:
    """The settings of this process: defaults, then the environment, then `changes`.

    Raises:
        ValueError: a value does not fit its setting, or PLAINVIEW_ names no setting.
    """
    environment = os.environ if environment is None else environment
    known = {each.name: each for each in fields(Settings)}
    values: dict[str, Any] = {}
    for name, text in environment.items():
        if not name.startswith(PREFIX):
            continue
        key = name.removeprefix(PREFIX).lower()
        if key not in known:
            raise ValueError(f"{name} names no setting; `plainview settings` lists them")
        values[key] = _parsed(key, text, known[key].default)
    return Settings(**{**values, **changes})


def _parsed(name: str, text: str, default: Any) -> Any:
    if isinstance(default, bool):
        if text.lower() not in {"yes", "no", "true", "false", "1", "0"}:
            raise ValueError(f"{PREFIX}{name.upper()} must be yes or no, not {text!r}")
        return text.lower() in {"yes", "true", "1"}
    try:
        return type(default)(text) if not isinstance(default, Path) else Path(text)
    except ValueError as error:
        raise ValueError(f"{PREFIX}{name.upper()} must be a number, not {text!r}") from error


def _pairs(text: str) -> dict[str, str]:
    pairs = {}
    for part in filter(None, (each.strip() for each in text.split(","))):
        name, sign, value = part.partition("=")
        if not sign or not name or not value:
            raise ValueError(f"expected name=value, got {part!r}")
        pairs[name] = value
    return pairs
