/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/core/layout.h"

static int
most(int want, int have)
{
	if (want < 0)
		want = 0;
	return want < have ? want : have;
}

struct rect
rect_cut_top(struct rect *r, int h)
{
	struct rect out = *r;

	out.h = most(h, r->h);
	r->y += out.h;
	r->h -= out.h;
	return out;
}

struct rect
rect_cut_bottom(struct rect *r, int h)
{
	struct rect out = *r;

	out.h = most(h, r->h);
	r->h -= out.h;
	out.y = r->y + r->h;
	return out;
}

struct rect
rect_cut_left(struct rect *r, int w)
{
	struct rect out = *r;

	out.w = most(w, r->w);
	r->x += out.w;
	r->w -= out.w;
	return out;
}

struct rect
rect_cut_right(struct rect *r, int w)
{
	struct rect out = *r;

	out.w = most(w, r->w);
	r->w -= out.w;
	out.x = r->x + r->w;
	return out;
}

struct rect
rect_inset(struct rect r, int dy, int dx)
{
	r.y += dy;
	r.x += dx;
	r.h = r.h > 2 * dy ? r.h - 2 * dy : 0;
	r.w = r.w > 2 * dx ? r.w - 2 * dx : 0;
	return r;
}

struct rect
rect_center(struct rect in, int h, int w)
{
	struct rect out;

	out.h = most(h, in.h);
	out.w = most(w, in.w);
	out.y = in.y + (in.h - out.h) / 2;
	out.x = in.x + (in.w - out.w) / 2;
	return out;
}

struct rect
rect_meet(struct rect a, struct rect b)
{
	struct rect r;
	int y1 = a.y + a.h < b.y + b.h ? a.y + a.h : b.y + b.h;
	int x1 = a.x + a.w < b.x + b.w ? a.x + a.w : b.x + b.w;

	r.y = a.y > b.y ? a.y : b.y;
	r.x = a.x > b.x ? a.x : b.x;
	r.h = y1 > r.y ? y1 - r.y : 0;
	r.w = x1 > r.x ? x1 - r.x : 0;
	return r;
}

bool
rect_has(struct rect r, int y, int x)
{
	return y >= r.y && y < r.y + r.h && x >= r.x && x < r.x + r.w;
}

bool
rect_empty(struct rect r)
{
	return r.h <= 0 || r.w <= 0;
}
