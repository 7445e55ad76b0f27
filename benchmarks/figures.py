"""The rows of the README's table: which benchmark, which figures, beside what, with which aim."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One line: texts with `{figure}` fields, filled from the benchmark's JSON object."""

    benchmark: str
    what: str
    measured: str
    beside: str
    aim: str


ROWS = [
    Row(
        "media",
        "15 s phone clip that conforms: uploaded → playable",
        "{first_playable_s:.1f} s",
        "MediaCMS 8.3.2: 132 to 148 s to first HLS",
        "< 3 s",
    ),
    Row("media", "the same clip when it must be encoded", "{first_playable_encoded_s:.1f} s", "as above", "< 15 s"),
    Row(
        "media",
        "whole H.264 ladder of the clip that conforms",
        "{ladder_cpu_s:.0f} CPU-s, {ladder_ratio:.2f}× plain FFmpeg",
        "plain FFmpeg: {plain_cpu_s:.0f} CPU-s; MediaCMS: 226 CPU-s",
        "< 90 CPU-s, ≤ 1.1×",
    ),
    Row(
        "media",
        "the same of the clip that must be encoded",
        "{ladder_encoded_cpu_s:.0f} CPU-s, {ladder_encoded_ratio:.2f}× plain FFmpeg",
        "plain FFmpeg: {plain_encoded_cpu_s:.0f} CPU-s",
        "< 90 CPU-s, ≤ 1.1×",
    ),
    Row(
        "swipe",
        "swipe → first frame, median / p95 of {swipes} swipes",
        "{first_frame_ms_p50:.0f} / {first_frame_ms_p95:.0f} ms, {stalls} stalls",
        "one frame of the display: 17 ms",
        "p95 < 100 ms, 0 stalls",
    ),
    Row(
        "swipe",
        "the same on a throttled network",
        "{throttled_first_frame_ms_p50:.0f} / {throttled_first_frame_ms_p95:.0f} ms, {throttled_stalls} stalls",
        "prefetched and never watched: {wasted_percent:.0f} % of bytes",
        "p95 < 100 ms",
    ),
    Row(
        "feed",
        "personal feed page, 100,000 items, 10,000 people",
        "{full_connections} connections: {requests_per_s:.0f}/s, p99 {full_latency_ms_p99:.1f} ms; {connections}: "
        "{light_requests_per_s:.0f}/s, p50 {latency_ms_p50:.1f} ms, p99 {latency_ms_p99:.1f} ms; {sql_statements} SQL",
        "same bytes from a bare route: {bare_requests_per_s:.0f}/s; MediaCMS's list: 11/s, 101 ms, 54 SQL",
        "≥ 500/s, p50 < 10 ms, p99 < 50 ms, ≤ 3 SQL",
    ),
    Row(
        "feed",
        "the same without the log of each ranking, before and after",
        "{unlogged_requests_per_s:.0f}/s; {connections} connections: p50 {unlogged_latency_ms_p50:.1f} ms, "
        "p99 {unlogged_latency_ms_p99:.1f} ms",
        "with it: {requests_per_s:.0f}/s; p50 {latency_ms_p50:.1f} ms, p99 {latency_ms_p99:.1f} ms",
        "at most 20 % fewer, p99 + 5 ms",
    ),
    Row(
        "events",
        "events accepted, durable",
        "{events_per_s:.0f}/s, {lost} lost in {kills} kills",
        "bare insert of the same rows: {limit_events_per_s:.0f}/s",
        "≥ 5,000/s, 0 lost",
    ),
    Row(
        "memory",
        "memory of all processes under load",
        "{rss_mib:.0f} MiB (idle {idle_rss_mib:.0f})",
        "proportional share: {pss_mib:.0f} MiB",
        "< 1,024 MiB",
    ),
    Row(
        "engine",
        "engine alone: one page of 8 from 100,000 items",
        "p50 {page_ms_p50:.2f} ms, p99 {page_ms_p99:.2f} ms",
        "one 100,000 × 64 product: {floor_matvec_ms_p50:.2f} ms",
        "p50 ≤ 0.6 ms",
    ),
    Row(
        "warden",
        "logged reads of sealed values, {callers} callers, warden in a process of its own",
        "{reads_per_s_core:,.0f}/s a core, p99 {latency_ms_p99:.1f} ms",
        "opening them without a log: {unlogged_per_s:,.0f}/s",
        "≥ 5,000/s a core, p99 ≤ 30 ms",
    ),
    Row(
        "warden",
        "what the log adds to a page of {page_people} people",
        "p50 {page_overhead_ms_p50:.1f} ms, p99 {page_overhead_ms_p99:.1f} ms",
        "one sync of the disk: {sync_ms_p50:.2f} ms, p99 {sync_ms_p99:.1f}",
        "p99 ≤ 5 ms",
    ),
    Row(
        "verify",
        "a person verifies 10,000 reads in headless Chromium",
        "{browser_10k_s:.2f} s, {file_mb:.1f} MB",
        "Python's standard library alone: {python_10k_s:.2f} s",
        "≤ 1 s, ≤ 3 MB",
    ),
    Row(
        "verify",
        "an auditor verifies {auditor_entries:,.0f} entries over HTTP",
        "{auditor_s:.0f} s, {auditor_entries_per_s:,.0f}/s",
        "hashing their tree alone: {hashing_s:.0f} s",
        "10 M in ≤ 180 s",
    ),
    Row(
        "verify",
        "growth of the public log",
        "{public_bytes_per_read:.0f} B a read",
        "the entry alone: 56 B",
        "≤ 200 B",
    ),
    Row(
        "table",
        "table of rows by id: {ids_seen:,.0f} ids seen, {admitted:,.0f} rows of 64 numbers",
        "{collisions} collisions, {bytes_ratio:.2f}× the vectors' bytes, {lookups_per_s:,.0f} look-ups/s a core",
        "the same gather by row number: {gathers_per_s:,.0f}/s; with a Python dictionary: {dict_lookups_per_s:,.0f}/s",
        "0 collisions, ≤ 1.3×",
    ),
    Row(
        "freshness",
        "MovieLens-100K by time: learned at each event, against all as it was at the last full hour",
        "NDCG@10 {ndcg10_event:.3f} against {ndcg10_60min:.3f}: {gain_over_60min:+.0%}",
        "only parameters an hour old: {ndcg10_parameters_60min:.3f}; item-to-item refitted hourly, the person's list "
        "up to date: {ndcg10_neighbours_parameters_60min:.3f}",
        "≥ +20 %",
    ),
    Row(
        "watchtime",
        "watch time in the simulator: correlation of the score with length at equal true interest; order (XAUC)",
        "{duration_correlation:.3f}, worst seed {duration_correlation_worst_seed:.3f}; {xauc:.3f}",
        "D2Q {duration_correlation_d2q:.3f}; {xauc_d2q:.3f}. Logistic regression {duration_correlation_wlr:.2f}; "
        "{xauc_wlr:.3f}",
        "≤ 0.02",
    ),
    Row(
        "adaptation",
        "newcomers with hidden tastes in the simulator: pleasure in 200 swipes",
        "{satisfaction_plainview:.0f}, {gain_over_best_peer:+.0%} ({gain_low:+.0%} to {gain_high:+.0%}); "
        "half a page matches after {swipes_to_match_plainview:.0f}",
        "LinUCB {satisfaction_linucb:.0f}, iALS refitted hourly {satisfaction_ials_hourly:.0f}, item-to-item "
        "{satisfaction_item_to_item:.0f}, popularity {satisfaction_popularity:.0f}",
        "≥ +20 %",
    ),
    Row(
        "realtime",
        "a library beside it: own event → own next page; any event → all parameters, at {events_per_s:,.0f} events/s",
        "p99 {own_page_ms_p99:.0f} ms; p99 {parameters_s_p99:.1f} s",
        "a tick of learning: 0.5 s",
        "≤ 100 ms; ≤ 2 s",
    ),
    Row(
        "realtime",
        "its page of 8 from {items:,.0f} items, {people:,.0f} people, {pages_per_s:.0f} a second, meanwhile",
        "p50 {engine_ms_p50:.1f} ms, p99 {engine_ms_p99:.1f} ms; {peak_pages_per_core_s:.0f} a second a core",
        "one search {floor_search_ms:.2f} ms, the network {floor_network_ms:.2f} ms",
        "p50 ≤ 15 ms, p99 ≤ 40 ms",
    ),
    Row(
        "realtime_product",
        "the product's engine: own event → own next page; any → everybody's vectors, at {learned_per_s:,.0f} events/s",
        "p99 {own_page_ms_p99:.0f} ms; p99 {parameters_s_p99:.2f} s",
        "a question without a page: {floor_wire_ms:.2f} ms",
        "≤ 100 ms; ≤ 2 s",
    ),
    Row(
        "realtime_product",
        "its page of 8 from {items:,.0f} items, {people:,.0f} people, {pages_per_s:.0f} a second meanwhile",
        "p50 {engine_ms_p50:.1f} ms, p99 {engine_ms_p99:.1f} ms; {pages_per_core_s:.0f} a second a core",
        "one page, nobody else asking: {page_alone_ms:.1f} ms",
        "p50 ≤ 15 ms, p99 ≤ 40 ms",
    ),
    Row(
        "ranking",
        "what comes next, MovieLens-1M, whole catalogue: HR@10 / NDCG@10 on test",
        "{ml1m_hr10:.3f} / {ml1m_ndcg10:.3f}, seeds: {ml1m_seeds}, fit: {ml1m_fit_s:,.0f} s on two cores",
        "best peer here: {ml1m_best_peer_hr10:.3f} / {ml1m_best_peer_ndcg10:.3f}; SASRec as published: .285 / .160",
        "≥ .310 / .172 within 900 s",
    ),
    Row(
        "ranking",
        "the same, Amazon Beauty",
        "{beauty_hr10:.3f} / {beauty_ndcg10:.3f}, seeds: {beauty_seeds}, fit: {beauty_fit_cpu_s:,.0f} CPU-s",
        "best peer here: {beauty_best_peer_hr10:.3f} / {beauty_best_peer_ndcg10:.3f}; S3-Rec as published: .065 / .033",
        "NDCG ≥ .050",
    ),
    Row(
        "ranking",
        "the same, Amazon Toys",
        "{toys_hr10:.3f} / {toys_ndcg10:.3f}, seeds: {toys_seeds}, fit: {toys_fit_cpu_s:,.0f} CPU-s",
        "best peer here: {toys_best_peer_hr10:.3f} / {toys_best_peer_ndcg10:.3f}; S3-Rec as published: .070 / .038",
        "NDCG ≥ .056",
    ),
    Row(
        "ranking",
        "the same, LastFM",
        "{lastfm_hr10:.3f} / {lastfm_ndcg10:.3f}, seeds: {lastfm_seeds}, fit: {lastfm_fit_cpu_s:,.0f} CPU-s",
        "best peer here: {lastfm_best_peer_hr10:.3f} / {lastfm_best_peer_ndcg10:.3f}; S3-Rec as published: .074 / .043",
        "≥ .074 / .043",
    ),
]
