/** Words for "Who read my data". */

export const access = {
  "settings.access": "Who read my data",
  "settings.access_hint": "Every look at your data, checked on this device",
  "access.lead":
    "Whenever your data is opened, by the software or by a person, an entry is written first. Here is every one of them.",
  "access.fetching": "Fetching your entries",
  "access.checking": "Checking your entries",
  "access.checking_n": "Checking: {done} of {of}",
  "access.none": "Nobody has read your data so far",
  "access.none_text":
    "That holds until the last seal, about a minute ago. As soon as anything opens your data, an entry stands here.",
  "access.none_filter": "Nothing fits this choice.",
  "access.all_again": "Show everything",

  "access.ok": "Checked on this device: nothing is missing, nothing was changed",
  "access.ok_when": "{when}, in {took}",
  "access.what": "What was checked",
  "access.ok.entries": {
    one: "The one entry is here, unchanged, and it is about you.",
    other: "All {n} entries are here, in order and unchanged, and they are about you.",
  },
  "access.ok.none": "The public log has no entry about you. None was left out.",
  "access.ok.log":
    "The public log was last sealed on {when} and holds {reads} reads, of all people together. What was read since then follows within about a minute.",
  "access.ok.witnesses": {
    one: "1 witness ({quorum} was asked for) confirmed that everybody is shown the same log.",
    other: "{n} witnesses ({quorum} were asked for) confirmed that everybody is shown the same log.",
  },
  "access.ok.witness_link": "Who the witnesses are, and what that is worth",
  "access.ok.history": "All that you saw here on {when} is still there.",
  "access.ok.first":
    "This was the first check on this device. From now on it notices when an entry disappears.",
  "access.ok.forgets": "This browser keeps nothing, so it cannot notice later that an entry disappeared.",
  "access.ok.stale": "The log is not new: it was last sealed on {when}. It should be a minute old at most.",
  "access.not_shown":
    "What no such list can show: what somebody did with data after reading it, and what the owner of the machine itself does.",

  "access.bad": "Do not trust this list: the check failed",
  "access.bad_text":
    "Your entries are not shown, because they may be wrong or incomplete. This should never happen; it can be a fault, or an attempt to hide something.",
  "access.bad.word": "The check failed at: {word}",
  "access.bad.format": "The file is damaged, or it is about somebody else.",
  "access.bad.checkpoint": "The log's own signature is missing or wrong.",
  "access.bad.quorum":
    "Too few witnesses confirm the log. You may be shown another log than everybody else is.",
  "access.bad.heads": "The list of everybody's newest entries does not belong to this log.",
  "access.bad.body": "An entry was changed, removed or put in another place.",
  "access.bad.chain": "The numbers or times of the entries do not follow one another.",
  "access.bad.head": "The log says that you have no entries, yet there are some.",
  "access.bad.map": "Entries are missing: the log counts others about you than you were given.",
  "access.bad.history": "Something that stood here at an earlier check has disappeared or changed.",
  "access.bad.todo": "What you can do",
  "access.bad.todo_again": "Check again. If a connection broke, it will pass now.",
  "access.bad.todo_keep": "Keep the proof file: it is your evidence, and it cannot be made later.",
  "access.bad.todo_other":
    "Check the file without us, with the command “plainview verify” on another computer.",
  "access.bad.todo_tell":
    "Tell the people who run {realm}, and those who watch over them. Name the word “{word}”.",
  "access.bad.how": "How to check without us",

  "access.changed": "The log's keys have changed since your last check",
  "access.changed_text":
    "The keys under which the log or its witnesses sign are not those that this device saw. The people who run {realm} must have announced this. If they did not, somebody may be showing you a false log.",
  "access.changed.was": "Seen before",
  "access.changed.is": "Named now",
  "access.changed.go": "They announced it: use the new keys",
  "access.changed.line": "{origin}, {quorum} of {n} witnesses",

  "access.again": "Check again",
  "access.download": "Download the proof file",
  "access.download_hint":
    "With it anybody can check all this without us. It also opens your entries: give it only to people you trust.",
  "access.more_about": "How all this works",

  "access.filter": "Choose entries",
  "access.filter_purpose": "What for",
  "access.filter_who": "By whom",
  "access.filter_all": "All",
  "access.for.feed": "The feed",
  "access.for.account": "Your account",
  "access.for.social": "Following, likes, comments",
  "access.for.media": "Your videos",
  "access.for.moderation": "Moderation",
  "access.for.safety": "Safety",
  "access.for.subject": "Your own rights",
  "access.who.staff": "People of the staff",
  "access.who.feed": "The feed",
  "access.who.server": "The website",
  "access.who.worker": "Work in the background",

  "access.chart": "Reads over time",
  "access.chart_day": {
    one: "1 read in the last {span} days",
    other: "{n} reads in the last {span} days",
  },
  "access.chart_week": {
    one: "1 read in the last {span} weeks",
    other: "{n} reads in the last {span} weeks",
  },
  "access.chart_people": { one: "1 of them by a person", other: "{n} of them by people" },
  "access.chart_nobody": "none of them by a person",
  "access.chart_when_day": "Day",
  "access.chart_when_week": "Week from",
  "access.chart_software": "By software",
  "access.chart_staff": "By people",
  "access.chart_most_day": "at most {n} a day",
  "access.chart_most_week": "at most {n} a week",
  "access.chart_today": "today",

  "access.days": "Your entries, day by day",
  "access.day_count": { one: "1 read", other: "{n} reads" },
  "access.days_more": "Show earlier days",
  "access.each_label": "Show each entry of: {what}",
  "access.each_more": { one: "Show 1 more", other: "Show {n} more" },
  "access.between": "between {first} and {last}",
  "access.number": "No. {number}",
  "access.values": "{n} values",
  "access.case": "Why: case {case}",
  "access.from": "Read from the region {from}, not from your own",
  "access.hour": "at {when}",

  "access.say.feed.rank": {
    one: "The feed ranked your page once",
    other: "The feed ranked your page {n} times",
  },
  "access.say.feed.learn": {
    one: "The feed learned once from what you watched",
    other: "The feed learned {n} times from what you watched",
  },
  "access.say.account.sign_in": {
    one: "A sign-in of yours was checked",
    other: "{n} sign-ins of yours were checked",
  },
  "access.say.account.own_view": {
    one: "Your data was opened once to show it to yourself",
    other: "Your data was opened {n} times to show it to yourself",
  },
  "access.say.account.security": {
    one: "Your account was checked for safety",
    other: "Your account was checked for safety {n} times",
  },
  "access.say.social.show": {
    one: "Whom you follow and what you like was looked up once, to show a page",
    other: "Whom you follow and what you like was looked up {n} times, to show pages",
  },
  "access.say.media.post": {
    one: "A draft or upload of yours was opened once, to prepare or show it",
    other: "Your drafts and uploads were opened {n} times, to prepare or show them",
  },
  "access.say.moderation.case": {
    one: "Your data was opened once for a report",
    other: "Your data was opened {n} times for reports",
  },
  "access.say.safety.minors": {
    one: "Your age band was read once, for the rules that protect minors",
    other: "Your age band was read {n} times, for the rules that protect minors",
  },
  "access.say.subject.export": {
    one: "Your data was gathered for you, as you asked",
    other: "Your data was gathered for you {n} times, as you asked",
  },
  "access.say.subject.erasure": {
    one: "Data was erased, as you asked",
    other: "Data was erased {n} times, as you asked",
  },
  "access.say.other": {
    one: "{who} read your data once: {purpose}",
    other: "{who} read your data {n} times: {purpose}",
  },
  "access.staff.moderation.case": {
    one: "A moderator, @{who}, opened your data to decide on a report",
    other: "A moderator, @{who}, opened your data {n} times to decide on a report",
  },
  "access.staff.safety.emergency": {
    one: "In an emergency, @{who} of the staff opened your data; two people approved it",
    other: "In an emergency, @{who} of the staff opened your data {n} times; two people approved it",
  },
  "access.staff.other": {
    one: "A person of the staff, @{who}, opened your data ({purpose})",
    other: "A person of the staff, @{who}, opened your data {n} times ({purpose})",
  },

  "access.of.account": "account",
  "access.of.credential": "sign-in",
  "access.of.age_band": "age band",
  "access.of.contacts": "whom you follow and block",
  "access.of.drafts": "drafts and private videos",
  "access.of.watch_history": "what you watched",
  "access.of.interests": "what the feed learned",
  "access.of.device": "devices",
  "access.of.address": "network address",
  "access.of.reports": "reports you sent",
  "access.of.notices": "notices",
  "access.of.searches": "searches",
};
