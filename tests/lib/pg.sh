# SPDX-License-Identifier: Apache-2.0
# A PostgreSQL of a test's own, in $T, on a socket there and nowhere else; source
# after lib.sh.  Fully durable: fsync is on.
#	pg_here              is it installed?
#	pg_start [LINE...]   initdb (once) and start, with lines of postgresql.conf; PG_URL
#	pg_stop [MODE]       fast, immediate
#	pg_kill              kill -9 of the server and all it started
#	pg_sql SQL           psql, one value a line
pg_bin() {
	for _d in ${FEIJIAN_PG_BIN:-} /usr/lib/postgresql/*/bin /usr/local/pgsql/bin; do
		[ -x "$_d/initdb" ] && [ -x "$_d/postgres" ] && { echo "$_d"; return 0; }
	done
	return 1
}
pg_here() { pg_bin > /dev/null && [ -n "$(pg_user)" ]; }
# The server refuses to run as root.
pg_user() {
	[ "$(id -u)" -ne 0 ] && { id -un; return; }
	command -v setpriv > /dev/null || return 1
	getent passwd postgres nobody | head -1 | cut -d: -f1
}
as_pg() {
	if [ "$(id -u)" -ne 0 ]; then "$@"; else
		setpriv --reuid="$(id -u "$(pg_user)")" --regid="$(id -g "$(pg_user)")" --clear-groups -- "$@"
	fi
}
pg_start() {
	PG_DIR=$T/pg
	if [ ! -d "$PG_DIR" ]; then
		mkdir -p "$PG_DIR" && chmod 700 "$PG_DIR" && chmod 755 "$T"
		[ "$(id -u)" -ne 0 ] || chown "$(pg_user)" "$PG_DIR"
		as_pg "$(pg_bin)/initdb" -D "$PG_DIR/data" -U feijian -A trust -E UTF8 --no-locale --no-sync \
		    > "$T/initdb.log" 2>&1 || { tail -5 "$T/initdb.log" >&2; return 1; }
		{
			echo "listen_addresses = ''"
			echo "unix_socket_directories = '$PG_DIR'"
			echo "shared_buffers = 128MB"
			echo "max_wal_size = 2GB"
			echo "logging_collector = off"
			for _l in "$@"; do echo "$_l"; done
		} >> "$PG_DIR/data/postgresql.conf"
	fi
	as_pg "$(pg_bin)/pg_ctl" -D "$PG_DIR/data" -w -t 60 -l "$PG_DIR/log" start > "$T/pgctl.log" 2>&1 ||
	    { tail -5 "$PG_DIR/log" >&2; return 1; }
	PG_PID=$(head -1 "$PG_DIR/data/postmaster.pid")
	chmod 711 "$PG_DIR"
	pids="$pids $PG_PID"
	PG_URL="postgresql://feijian@/postgres?host=$(printf %s "$PG_DIR" | sed 's|/|%2F|g')"
}
pg_stop() { as_pg "$(pg_bin)/pg_ctl" -D "$PG_DIR/data" -w -m "${1:-fast}" stop > /dev/null 2>&1; }
# Children die with the postmaster's socket; a new start waits for them.
pg_kill() {
	_kids=$(pgrep -P "$PG_PID" | tr '\n' ' ')
	kill -9 "$PG_PID" $_kids 2>/dev/null
	wait_for 20 pg_gone
}
pg_gone() { for _p in $PG_PID $_kids; do kill -0 "$_p" 2>/dev/null && return 1; done; return 0; }
pg_sql() { "$(pg_bin)/psql" -qAtX -v ON_ERROR_STOP=1 "$PG_URL" -c "$1"; }
