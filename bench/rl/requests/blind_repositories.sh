#!/bin/bash
# Makes the three working copies from the packages, with a small git history, uncommitted changes, a log and a patch.
# Usage: blind_repositories.sh DIR. Needs pip, npm, go, git. The requests of blind.yaml speak of them.
set -e
D=${1:?a folder to make them in}; mkdir -p "$D"; cd "$D"
W=$(mktemp -d)
rm -rf requests pino mux
(cd "$W" && pip download -q --no-binary :all: --no-deps requests==2.32.3 && npm pack --silent pino@10.4.0 >/dev/null)
mkdir requests pino mux
tar xzf "$W"/requests-2.32.3.tar.gz -C requests --strip-components=1
tar xzf "$W"/pino-10.4.0.tgz -C pino --strip-components=1
(cd "$W" && go mod download -json github.com/gorilla/mux@v1.8.1 >m.json)
cp -r "$(sed -n 's/.*"Dir": "\(.*\)".*/\1/p' "$W"/m.json)"/. mux/; chmod -R u+w mux
export GIT_AUTHOR_DATE="2026-03-02T09:00:00Z" GIT_COMMITTER_DATE="2026-03-02T09:00:00Z"
g() { git -c user.name="Ines Falk" -c user.email=ines@example.org -c commit.gpgsign=false "$@"; }
start() { git init -q -b main .; g add -A; g commit -q -m "$1"; }

cd "$D/requests"; start "Import of 2.32.3"
sed -i 's/^# TODO: response is the only one/# Only "response" is dispatched so far./' src/requests/hooks.py; g commit -qam "Hooks: say which hook there is"
g checkout -q -b work/netrc
sed -i 's/^DEFAULT_POOL_TIMEOUT = None/DEFAULT_POOL_TIMEOUT = None  # wait for ever/' src/requests/adapters.py; g commit -qam "Adapters: note what the pool timeout means"
sed -i 's/^NETRC_FILES = (".netrc", "_netrc")/NETRC_FILES = (".netrc", "_netrc", "netrc")/' src/requests/utils.py
printf 'ask about netrc on windows\n' > notes.txt
cat > netrc-fix.patch <<'P'
--- a/src/requests/hooks.py
+++ b/src/requests/hooks.py
@@ -10,6 +10,7 @@
     The response generated from a Request.
 """
 HOOKS = ["response"]
+HOOK_LIMIT = 1
 
 
 def default_hooks():
P
mkdir logs; cat > logs/ci.log <<'P'
2026-03-02 08:11:02 INFO collecting tests
2026-03-02 08:11:40 ERROR tests/test_lowlevel.py:297 requests.exceptions.ProxyError: HTTPSConnectionPool(host='localhost', port=45123): Max retries exceeded
2026-03-02 08:11:41 WARNING 1 test needed a second try
P

cd "$D/pino"; start "Import of 10.4.0"
sed -i 's/^const strict = false \/\/ TODO should this be configurable?/const strict = false/' lib/redaction.js; g commit -qam "redaction: drop a question nobody answers"
sed -i "s/throw Error('unknown level ' + level)/throw Error('unknown level: ' + level)/" lib/levels.js
sed -i 's/^# Pino is an OPEN/# Pino is an open/' CONTRIBUTING.md; g add CONTRIBUTING.md
cat > flush-callback.patch <<'P'
--- a/lib/meta.js
+++ b/lib/meta.js
@@ -1,3 +1,3 @@
 'use strict'
 
-module.exports = { version: '10.4.0' }
+module.exports = { version: '10.4.1' }
P
mkdir logs; cat > logs/worker.log <<'P'
2026-03-02T08:00:01.000Z INFO worker ready
2026-03-02T08:00:09.000Z ERROR the worker thread exited at ThreadStream.onWorkerExit (lib/transport.js:162:12)
2026-03-02T08:00:10.000Z WARN 12 lines dropped
P

cd "$D/mux"; start "Import of v1.8.1"
g branch queries
sed -i "s,^// methodNotAllowed replies,// methodNotAllowed answers," mux.go; g commit -qam "mux.go: shorter comment"
sed -i 's/errors.New("no matching route was found")/errors.New("no route matches")/' mux.go
cat > skipclean.patch <<'P'
--- a/Makefile
+++ b/Makefile
@@ -7,7 +7,7 @@
 GO_VULNCHECK=$(shell which govulncheck 2> /dev/null || echo '')
 GO_VULNCHECK_URI=golang.org/x/vuln/cmd/govulncheck@latest
 
-.PHONY: golangci-lint
+.PHONY: golangci-lint bench
 golangci-lint:
 	$(if $(GO_LINT), ,go install $(GO_LINT_URI))
 	@echo "##### Running golangci-lint"
P
mkdir logs; cat > logs/router.log <<'P'
2026/03/02 08:20:11 INFO listening on :8080
2026/03/02 08:21:30 ERROR http: panic serving 127.0.0.1:51234: mux: duplicated route variable "id" route.go:214
2026/03/02 08:21:31 WARN slow request GET /users/7 1.9s
P
rm -rf "$W"
