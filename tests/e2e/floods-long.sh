#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# tier: slow
# limit: 900
# floods.sh with 100,000 connections from one address.
CONNECTIONS=100000 exec bash "$(dirname "$0")/floods.sh"
