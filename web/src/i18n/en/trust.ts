/** Words of the transparency pages. */

export const trust = {
  "trust.title": "Transparency",
  "trust.tabs": "Pages on transparency",
  "trust.tab.overview": "Overview",
  "trust.tab.data": "Data",
  "trust.tab.policies": "Rules",
  "trust.tab.log": "Log",
  "trust.tab.verify": "Check",

  "trust.lead": "Nobody reads your data without leaving a trace that you can check",
  "trust.lead_text":
    "Other services ask you to believe them. Here, whoever opens personal data must write an entry first; without the entry there is no key. You see every entry about you, and you can check that none is missing.",
  "trust.how": "How it goes",
  "trust.how.sealed": "Personal data lies sealed",
  "trust.how.sealed_text":
    "Each person has a key of their own. The website and its database hold only sealed data and cannot open it.",
  "trust.how.asked": "Whoever wants to read must ask",
  "trust.how.asked_text":
    "One small program, the warden, holds the keys. It asks who wants what, and for which purpose, and refuses what the published rules do not allow.",
  "trust.how.logged": "First the entry, then the key",
  "trust.how.logged_text":
    "Before anything is opened, an entry is written to disk. Only you can read what it says; everybody can see that it is there.",
  "trust.how.checked": "Your own device checks",
  "trust.how.checked_text":
    "Your browser recomputes the whole chain. If an entry is missing or was changed, it tells you so at once.",
  "trust.limits": "What this does not show",
  "trust.limits_text":
    "Whoever controls the warden's machine itself could run another program. What is done with data after it was read, no list can show. Public posts and profiles are open to everybody and are not logged. And this page comes from the server that you are checking: whoever wants to be sure uses the check that does not need us.",
  "trust.see_own": "See who read your data",
  "trust.see_check": "Check without us",

  "trust.data": "What is kept about people",
  "trust.data_text":
    "Every column that holds something about a person, from the same declarations that the software itself obeys. What is not listed here is not kept.",
  "trust.data.sealed": "Sealed: only the warden opens it, and each time stands in the log",
  "trust.data.open": "Not sealed",
  "trust.data.count": { one: "1 column", other: "{n} columns" },
  "trust.data.where": "Where",
  "trust.data.why": "What it may be opened for",
  "trust.data.keep": "How long it is kept",
  "trust.data.seal": "Sealed",
  "trust.data.yes": "yes",
  "trust.data.no": "no",

  "trust.policies": "The rules for opening data",
  "trust.policies_text":
    "The warden obeys these rules and no others. They are written in Cedar, a language for such rules that can be read without being a programmer. Every change leaves an entry in the public log.",
  "trust.policies.hash": "Fingerprint of these rules",
  "trust.policies.hash_text": "The same value stands in the log from the moment on which they hold.",

  "trust.acts": "Acts by authority",
  "trust.acts.text":
    "Each of these stood in the access log before it took effect. Of a request that we may not speak of, only the number is told.",
  "trust.acts.takedowns": "Removed or restricted by moderation",
  "trust.acts.requests": "Government requests",
  "trust.acts.gagged": "Government requests that we may not speak of",
  "trust.acts.emergencies": "Emergencies in which data was opened",
  "trust.acts.approvals": "Approvals by two people's passkeys",
  "trust.acts.deletions": "Accounts erased at their owner's wish",
  "trust.acts.request": "No. {number}, {who}",
  "trust.log": "The log and its witnesses",
  "trust.log_text":
    "The log only grows. About once a minute it is sealed with a signature over everything so far, and witnesses sign that they see the same log as everybody else. In public it holds only fingerprints; nobody can read from it who you are.",
  "trust.log.region": "Region {name}",
  "trust.log.size": { one: "1 entry", other: "{n} entries" },
  "trust.log.latest": "Latest seal",
  "trust.log.fetch_failed": "The latest seal could not be fetched.",
  "trust.log.key": "The log's key",
  "trust.log.witnesses": { one: "1 witness", other: "{n} witnesses, of whom {quorum} must agree" },
  "trust.log.honest": "Witnesses all run by one party are not witnesses",
  "trust.log.honest_text":
    "A witness is worth something only when somebody else runs it: a newspaper, a university, a regulator. As {realm} is set up at first, its operator runs all of them, so they prove that the mechanism works and nothing more. Ask the operator who runs each of the ones named here. To run one yourself you need the command “plainview witness” and a small machine.",
  "trust.log.client": "Fingerprint of this app",
  "trust.log.client_text":
    "The list of all files of this web app has this fingerprint. It stands in the log too, so that nobody can be served a different app without a trace.",
  "trust.log.client_file": "The list of files",
  "trust.log.none": "No log is running on this server yet.",

  "trust.verify": "Check it without us",
  "trust.verify_text":
    "This page comes from the server that you want to check. Who does not want to rely on that needs a computer with Python and ten minutes.",
  "trust.verify.file": "Get your proof file",
  "trust.verify.file_text":
    "Settings, “Who read my data”, at the very end. It holds all your entries and the keys that open them, so keep it to yourself.",
  "trust.verify.tool": "Get the checking program",
  "trust.verify.tool_text":
    "It is one file of at most 400 lines that uses nothing but Python itself, written from the published specification. It is in the source code, in the folder “src/plainview_verifier”.",
  "trust.verify.run": "Run it",
  "trust.verify.run_text":
    "It says “ok”, or the word at which the check failed. The keys after it are those of the log page; better still, take them from somebody else than us.",
  "trust.verify.again": "Keep the file and check again later",
  "trust.verify.again_text":
    "Given the old file too, the program sees whether anything has disappeared since.",
  "trust.verify.audit": "Check the whole log",
  "trust.verify.audit_text":
    "That needs no account. The command fetches every entry, recomputes everything and compares it with what the log signed.",
  "trust.verify.app": "Check this app",
  "trust.verify.app_text":
    "The fingerprints of all its files are in one list; compare what your browser got with it, and the list's own fingerprint with the log.",
  "trust.verify.words": "What the words mean",
  "trust.verify.source": "Download the source code",
};
