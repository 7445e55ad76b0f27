/** The shapes that travel between the app and the server. Ids are decimal strings, times milliseconds since 1970 UTC. */

export type Person = {
  id: string;
  handle: string;
  name: string;
  picture: string | null;
  is_private: boolean;
  sample: boolean;
};
export type Role = "person" | "creator" | "moderator" | "operator";
export type AgeBand = "under_13" | "13_15" | "16_17" | "18_plus";
export type Me = Person & {
  bio: string;
  roles: Role[];
  age_band: AgeBand;
  unread: number;
  has_password: boolean;
  region: string;
};
export type Follows = "no" | "requested" | "yes";
export type Profile = Person & {
  bio: string;
  followers: number;
  following: number;
  likes: number;
  videos: number;
  created_at_ms: number;
  you: { follows: Follows; followed_by: boolean; blocked: boolean; self: boolean };
};
export type Visibility = "public" | "followers" | "only_me";
export type Strip = {
  url: string;
  tile_width: number;
  tile_height: number;
  columns: number;
  count: number;
  interval_ms: number;
};
export type CaptionTrack = { language: string; url: string; label: string };
export type Video = {
  duration_ms: number;
  width: number;
  height: number;
  playlist: string;
  poster: string;
  strip: Strip | null;
  placeholder: string;
  has_sound: boolean;
  captions: CaptionTrack[];
};
export type Counts = { views: number; likes: number; comments: number; shares: number; saves: number };
export type Card = {
  id: string;
  kind: "video";
  creator: Person;
  caption: string;
  hashtags: string[];
  mentions: { handle: string; id: string }[];
  language: string | null;
  published_at_ms: number;
  edited: boolean;
  visibility: Visibility;
  allow_comments: boolean;
  allow_reuse: boolean;
  adults_only: boolean;
  sample: boolean;
  sound: { id: string; title: string };
  video: Video;
  counts: Counts;
  you: { liked: boolean; saved: boolean; follows: Follows; self: boolean };
};
export type ReasonCode =
  "similar" | "co_watched" | "followed" | "rising" | "fresh" | "popular" | "tag" | "creator" | "again";
export type Reason = { code: ReasonCode; text: string; item_id?: string; tag?: string };
export type FeedEntry = { card: Card; position: number; sources: string[]; reasons: Reason[] };
export type FeedPage = { page_id: string; model: string; entries: FeedEntry[] };
export type FeedMode = "for_you" | "following";
export type Comment = {
  id: string;
  item_id: string;
  author: Person;
  text: string;
  created_at_ms: number;
  likes: number;
  parent_id: string | null;
  replies: number;
  you: { liked: boolean; own: boolean; may_delete: boolean };
  sample: boolean;
};
export type Processing = {
  state: "uploading" | "waiting" | "probing" | "first" | "encoding" | "ready" | "failed" | "quarantined";
  percent: number;
  eta_s: number | null;
  playable: boolean;
  cause: string | null;
  code: string | null;
  attempts: number;
};
export type Draft = {
  item_id: string;
  upload_id: string | null;
  state: "draft" | "published";
  processing: Processing;
  card: Card | null;
  caption: string;
  visibility: Visibility;
  allow_comments: boolean;
  allow_reuse: boolean;
  created_at_ms: number;
};
export type Notice = {
  id: string;
  kind: "like" | "comment" | "reply" | "follow" | "follow_request" | "mention" | "processed" | "failed";
  actor: Person | null;
  item_id: string | null;
  poster: string | null;
  comment: string | null;
  count: number;
  created_at_ms: number;
  read: boolean;
};
export type Session = {
  id: string;
  device: string;
  address: string;
  created_at_ms: number;
  seen_at_ms: number;
  current: boolean;
};
export type Passkey = { id: string; name: string; created_at_ms: number; used_at_ms: number | null };
export type Realm = {
  name: string;
  region: string;
  regions: string[];
  signup_open: boolean;
  limits: {
    upload_bytes_max: number;
    duration_ms_min: number;
    duration_ms_max: number;
    caption_chars_max: number;
  };
  sample_count: number;
  source_url: string;
};
export type ReportReason =
  "spam" | "hate" | "violence" | "sexual" | "minor" | "self_harm" | "illegal" | "other";
export type ReportKind = "video" | "comment" | "person";
export type ReportRow = {
  id: string;
  kind: ReportKind;
  reason: ReportReason;
  subject_id: string;
  text: string;
  created_at_ms: number;
  state: string;
  count: number;
  card: Card | null;
  comment: Comment | null;
  person: Person | null;
};
export type WatchEventKind =
  "shown" | "watched" | "finished" | "skipped" | "unmuted" | "paused" | "reasons_opened";
export type WatchEvent = {
  id: string;
  kind: WatchEventKind;
  item_id: string;
  at_ms: number;
  page_id?: string;
  position?: number;
  watched_ms?: number;
  loops?: number;
  session: string;
};
export type LiveMessage =
  | { type: "hello" }
  | { type: "notice"; notice: Notice; unread: number }
  | { type: "processing"; item_id: string; processing: Processing }
  | { type: "counts"; item_id: string; counts: Counts };

export type CardPage = { cards: Card[]; next: string | null };
export type PeoplePage = { people: Person[]; next: string | null };
