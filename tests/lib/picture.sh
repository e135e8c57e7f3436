#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# picture.sh [OUT.svg]: run the program's demo, open the checklist, draw its screen
# as SVG (src/man/checklist.svg, the picture of the README).
. "$(dirname "$0")/lib.sh"
out=${1:-$top/src/man/checklist.svg}
TMUX_NAME=picture.$$
t() { tmux -L "$TMUX_NAME" -f /dev/null "$@"; }
seen() { t capture-pane -p | grep -q -- "$1"; }
t new-session -d -x 124 -y 32 "env FEIJIAN_HOME=$T/home FEIJIAN_LANG=zh TERM=tmux-256color '$FJ'"
wait_for 20 seen 1 && t send-keys 1
wait_for 40 seen 示例检测技术有限公司 && t send-keys Enter
wait_for 20 seen 检验检测机构飞行检查 && t send-keys c
wait_for 20 seen 下一待答 && t send-keys ] ] ] ] ] ] ] Down Down
# The law beside the item is what the picture is about.
wait_for 20 seen 仪器设备设施未经检定 || echo "the checklist did not appear" >&2
t capture-pane -e -p | python3 "$top/tests/lib/picture.py" 124 > "$out"
t kill-server
