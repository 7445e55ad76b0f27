/** The app's names for what travels between it and the server; `npm run types` makes every shape from the API's description. */

import type { components, paths } from "./schema";

type Shapes = components["schemas"];
type Query<Path extends keyof paths> = NonNullable<
  paths[Path] extends { get: { parameters: { query?: infer Asked } } } ? Asked : never
>;

export type Problem = Shapes["Problem"];

export type Person = Shapes["PersonShape"];
export type Role = Shapes["Role"];
export type Me = Shapes["MeShape"];
export type MeReply = Shapes["MeReply"];
export type AccountReply = Shapes["AccountReply"];
export type Profile = Shapes["ProfileShape"];
export type Followed = Shapes["Followed"];
export type Follows = Followed["follows"];
export type PeoplePage = Shapes["PeoplePage"];
export type HandleVerdict = Shapes["HandleVerdict"];
export type PasswordSignUp = Shapes["PasswordSignUp"];
export type PasskeySignUp = Shapes["PasskeySignUp"];
export type Ceremony = Shapes["CeremonyShape"];
export type Session = Shapes["SessionShape"];
export type SessionsReply = Shapes["SessionsReply"];
export type Passkey = Shapes["PasskeyShape"];
export type PasskeysReply = Shapes["PasskeysReply"];
export type Realm = Shapes["RealmShape"];

export type Card = Shapes["Card"];
export type CardAnswer = Shapes["CardAnswer"];
export type CardPage = Shapes["CardPage"];
export type Visibility = Card["visibility"];
export type Video = Card["video"];
export type Strip = NonNullable<Video["strip"]>;
export type CaptionTrack = Video["captions"][number];
export type Counts = Card["counts"];
export type Processing = Shapes["Processing"];
export type Draft = Shapes["Draft"];
export type DraftPage = Shapes["DraftPage"];
export type DetailsWish = Shapes["Details"];

export type Reason = Shapes["ReasonShape"];
export type ReasonCode = Reason["code"];
export type FeedEntry = Shapes["FeedEntry"];
export type FeedPage = Shapes["FeedPage"];
export type PageMode = FeedPage["mode"];
export type FeedMode = NonNullable<Query<"/api/feed">["mode"]>;
export type TasteFact = Shapes["TasteFact"];
export type Taste = Shapes["Taste"];
export type TasteTrait = Shapes["TasteTrait"];
export type Profiling = Shapes["Profiling"];
export type Topic = Shapes["Topic"];
export type Topics = Shapes["Topics"];
export type Steering = Shapes["SteeringShape"];
export type SteeringWish = Shapes["SteeringWish"];
export type SliderName = keyof Steering["sliders"];
export type WatchEvent = Required<Pick<Shapes["EventShape"], "session">> & Shapes["EventShape"];
export type WatchEventKind = WatchEvent["kind"];
export type Accepted = Shapes["Accepted"];

export type Comment = Shapes["CommentShape"];
export type CommentPage = Shapes["CommentPage"];
export type Liked = Shapes["Liked"];
export type Saved = Shapes["Saved"];
export type Shared = Shapes["Shared"];
export type Acts = Shapes["ActsReply"];
export type StaffAccess = Shapes["StaffAccessReply"];
export type Askable = Shapes["AskableShape"];
export type OpeningRequest = Shapes["OpeningRequestShape"];
export type OpenedValue = Shapes["OpenedValue"];
export type Notice = Shapes["NoticeShape"];
export type NoticePage = Shapes["NoticePage"];

export type ReportRow = Shapes["ReportRow"];
export type Verdict = Shapes["VerdictShape"];
export type ReportPage = Shapes["ReportPage"];
export type ReportReason = ReportRow["reason"];
export type ReportKind = ReportRow["kind"];

/** What the live socket says (the description of GET /api/live). */
export type LiveMessage = paths["/api/live"]["get"]["responses"][101]["content"]["application/json"];
