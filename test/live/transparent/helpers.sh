# What the rows' scripts may use beside the engines' commands.

# A command with a terminal of its own; what stands on standard input is typed.
terminal() { script -qec "$1" /dev/null | sed 's/\x1b\[[0-9;?]*[a-zA-Z]//g'; }

# terminal() with the exit code of the command, and nothing typed.
terminal_code() { script -qec "$1" /dev/null </dev/null; }

# Repeats a command until it says the word; ten seconds at most.
until_says() {
	word=$1
	shift
	for _ in $(seq 100); do
		"$@" 2>&1 | grep -q -- "$word" && return 0
		sleep 0.1
	done
	echo "never said: $word"
	"$@"
}

state() { docker inspect -f '{{.State.Status}} {{.State.ExitCode}}' "$1"; }
