#!/bin/sh
# Throughline: writes which session of which AI tool made a commit into the commit, as "AI-Session: tool/id".
# Put here by "throughline hook install", taken away by "throughline hook remove". Called as: throughline-session HOOK ARGUMENTS…
# It sends nothing and reads no prompt, no code and no name; whatever goes wrong in it, the commit goes on.
mode=trailer

LC_ALL=C
export LC_ALL
ref=refs/notes/ai-session
sessions=

# An id as tools give them. Anything else (a path, an address, a sentence) is none.
add() {
  case $2 in
    '' | *[!A-Za-z0-9._:-]*) return ;;
  esac
  [ ${#2} -le 100 ] && sessions="$sessions $1/$2"
}

# What was started in a session and outlives it (a tmux server) still carries its id. Ids of processes mean nothing in a sandbox and to Git for Windows.
lives() {
  [ -z "$CLAUDE_PID" ] || [ -n "$SANDBOX_RUNTIME" ] || [ "$OS" = Windows_NT ] || kill -0 "$CLAUDE_PID" 2>/dev/null
}

[ -n "$CLAUDECODE$CLAUDE_CODE_CHILD_SESSION" ] && lives && add claude-code "$CLAUDE_CODE_SESSION_ID"
add codex "$CODEX_THREAD_ID"
add copilot-cli "$COPILOT_AGENT_SESSION_ID"

# Whether git will find a message in the file, by its own rule: a trailer must not make one of nothing.
has_content() {
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in
      "$char ------------------------ >8 ------------------------") return 1 ;;
      "$char"* | 'Signed-off-by: '*) ;;
      *[![:space:]]*) return 0 ;;
    esac
  done <"$1"
  return 1
}

write_trailers() {
  if [ "$GIT_EDITOR" = : ] && [ "$(git config commit.cleanup)" != strip ]; then
    # No editor, no comments: what begins with # is text.
    char=$(printf '\001')
  else
    char='#'
    given=$(git config --get-regexp '^core\.comment(char|string)$')
    [ -z "$given" ] || char=${given##* }
    [ "$char" != auto ] || char=$(sed -n '/^. -\{24\} >8 -\{24\}$/{s/^\(.\).*/\1/p;q;}' "$1")
  fi
  char=${char:-#}
  has_content "$1" || return
  # Without an end of its last line it would take the trailer for a part of it.
  [ -z "$(tail -c 1 "$1")" ] || echo >>"$1"
  # Trailers that the configuration adds by itself are not ours to add.
  for session in $sessions; do
    GIT_CONFIG_PARAMETERS='' GIT_CONFIG_COUNT='' GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null \
      HOME=/dev/null XDG_CONFIG_HOME=/dev/null GIT_DIR=/dev/null \
      git -c core.commentChar="$char" interpret-trailers --in-place --no-divider \
      --if-exists addIfDifferent --trailer "AI-Session: $session" "$1"
  done
}

prepare() {
  git_dir=${1%/*}
  [ "$git_dir" != "$1" ] || git_dir=.
  [ ! -e "$git_dir/throughline-session" ] || rm -f "$git_dir/throughline-session"
  [ -n "$sessions" ] || return
  # Replayed or merged commits were written elsewhere.
  for state in MERGE_HEAD SQUASH_MSG CHERRY_PICK_HEAD rebase-merge rebase-apply; do
    [ ! -e "$git_dir/$state" ] || return
  done
  case $2 in
    merge | squash) return ;;
    # Other words for the same code are not its work; a commit that is taken over whole is another's.
    commit) [ "$3" = HEAD ] && ! git diff-index --cached --quiet HEAD -- || return ;;
    # A message that is not written yet must stay empty: git gives the commit up where nobody writes one.
    '' | template) [ "$mode" = note ] || return ;;
  esac
  case $mode in
    trailer) write_trailers "$1" ;;
    note) for session in $sessions; do echo "AI-Session: $session"; done >"$git_dir/throughline-session" ;;
  esac
}

committed() {
  [ -n "$sessions" ] || return
  left=$(git rev-parse --git-dir)/throughline-session
  [ -f "$left" ] || return
  git notes --ref="$ref" append -F "$left" HEAD
  rm -f "$left"
}

hook=$1
shift
case $hook in
  prepare-commit-msg) prepare "$@" ;;
  post-commit) committed ;;
esac
exit 0
