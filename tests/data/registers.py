#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""registers.py make DIR [--n N] [--seed S]   registers of a small laboratory with many contradictions, canonical CSV
registers.py mess DIR OUT --hand H [--seed S] the same as somebody would export them; H:
  clerk   other words, shuffled columns, title rows, Chinese dates, totals, page headers
  system  GB18030, semicolons, words of a LIMS, Excel serials, yes/no as words
  names   staff by name, two-row headers, full-width digits, ND and <, units in cells
  initials  headings by the initials of their words, 26.3.1 dates with 上午 and 下午, totals that fill the row
  flat    sample, report and items in one register
"""
import argparse, csv, datetime, io, os, random, sys

EPOCH = datetime.datetime(1970, 1, 1)
BLANK = ''


def sec(y, mo, d, h=0, mi=0, s=0):
    return int((datetime.datetime(y, mo, d, h, mi, s) - EPOCH).total_seconds())


def day(y, mo, d):
    return sec(y, mo, d) // 86400


TABLES = {
    'agency': 'agency_id name uscc cert_no cert_from_on cert_to_on open_min close_min',
    'person': 'person_id name role hired_on left_on',
    'absence': 'person_id from_at to_at kind',
    'authorisation': 'person_id kind scope from_on to_on',
    'instrument': 'instrument_id name model serial_no kind acquired_on retired_on range_lo range_hi decimals concurrency attended capacity_day',
    'calibration': 'instrument_id kind cert_no done_on valid_to_on result',
    'instrument_log': 'instrument_id on_at off_at person_id',
    'method': 'method_no name effective_on withdrawn_on mandatory min_minutes min_replicates hold_minutes min_samplers consume field',
    'capability': 'object param method_no from_on to_on',
    'required_item': 'object param basis',
    'sample': 'sample_no client object site lat lon collected_at collected_end_at sampler1 sampler2 received_at received_by qty disposed_at',
    'test_run': 'run_no sample_no method_no instrument_id seq_no started_at ended_at operator raw_hash',
    'measurement': 'run_no param rep value decimals nd recorded_at',
    'report': 'report_no series seq_no sample_no client object conclusion compiled_by reviewed_by approved_by approved_at issued_at supersedes status',
    'report_item': 'report_no param method_no run_no value decimals nd limit_lo limit_hi verdict subcontract',
    'seal_use': 'seal_no report_no used_at person_id',
    'fee': 'fee_no sample_no paid_at amount waived',
    'audit_log': 'tbl ref_no param changed_at person_id action old_value new_value reason',
}
TABLES = {t: c.split() for t, c in TABLES.items()}
ITEMS = [('氨氮', 'HJ535-2009', 25, 3), ('总磷', 'GB11893-1989', 0.5, 2), ('化学需氧量', 'HJ828-2017', 100, 0)]


def staff(k):
    """Invented and plainly so: a surname-like character and an ordinal."""
    return '员' + '甲乙丙丁戊己庚辛壬癸'[k % 10] + '子丑寅卯辰巳午未申酉'[k // 10 % 10]


def make(out, n, seed):
    r = random.Random(seed)
    t = {k: [] for k in TABLES}
    t['agency'].append(['A1', '某市某检测有限公司', '91610000MA6TEST0X1', '2327010101', day(2022, 2, 1), day(2028, 1, 31), 480, 1080])
    people = [f'P{k:04d}' for k in range(1, 25)]
    for k, p in enumerate(people):
        t['person'].append([p, staff(k), ['授权签字人', '检测员', '采样员'][k % 3], day(2017, 6, 1) + k * 37, BLANK if k % 11 else day(2025, 12, 1)])
        t['authorisation'].append([p, 'sign' if k < 4 else 'test', '*', day(2018, 1, 1) + k, day(2028, 1, 1)])
        f = sec(2024, 1 + k % 12, 3)
        t['absence'].append([p, f, f + 2 * 86400 - 1, ['病假', '年休假', '外出培训'][k % 3]])
    inst = [f'E-{k:03d}' for k in range(1, 9)]
    for k, i in enumerate(inst):
        t['instrument'].append([i, ['分光光度计', '消解装置', '滴定仪'][k % 3], f'M{k}X', f'{r.randrange(1 << 32):08X}', 'SP', day(2020, 1, 1) + k * 50, BLANK, 0, 1000, [3, 2, 0][k % 3], 1 + k % 2 * 5, 1 - k % 2, 60])
        for y in (2023, 2024, 2025):
            t['calibration'].append([i, ['检定', '校准'][k % 2], f'JL{y}{k:03d}', day(y, 3, 1) + k, day(y + 1, 2, 28) + k, '合格'])
        for d in range(40):
            on = sec(2024, 3, 4) + (d + k * 2) * 86400 + 28000 + k * 60
            t['instrument_log'].append([i, on, on + 30000 + d, people[8 + (d + k) % 8]])
    for p, m, lim, dec in ITEMS:
        t['method'].append([m, p + '的测定', day(2015, 1, 1), BLANK, 1, 5, 2, 2880, 2, BLANK, 0])
        t['capability'].append(['废水', p, m, day(2022, 2, 1), day(2028, 1, 31)])
        t['required_item'].append(['废水', p, m])
    run = 0
    for k in range(1, n + 1):
        s, no = f'S{k:07d}', f'HJ2024-{k:06d}'
        client = f'某企业{k % 17 + 1:02d}厂'
        at = sec(2024, 3, 4) + k * 3571
        at -= at % 86400
        at += 30000 + k % 400 * 20
        a, b = r.sample(people[16:], 2)
        recv = at + 14000 + k % 977
        t['sample'].append([s, client, '废水', f'{k % 9 + 1}号排口', f'{34.2 + r.random() / 5:.5f}', f'{108.1 + r.random() / 5:.5f}', at, at + 700 + k % 50, a, b, recv, people[6 + k % 2], 500 + k % 7 * 250, at + 30 * 86400 + k])
        end = 0
        ok = 1
        for p, m, lim, dec in ITEMS:
            run += 1
            st = recv + 3600 + run % 700
            en = st + 1200 + run % 301
            end = max(end, en)
            t['test_run'].append([f'R{run:08d}', s, m, inst[run % 8], 1000 + run, st, en, people[8 + run % 8], f'{r.getrandbits(64):016x}'])
            v = [round(r.uniform(0.02, 0.9) * lim, dec) for _ in range(2)]
            nd = int(r.random() < 0.05)
            for j in range(2):
                t['measurement'].append([f'R{run:08d}', p, j + 1, BLANK if nd else f'{v[j]:.{dec}f}', 0 if nd else dec, nd, en])
            mean = sum(v) / 2
            t['report_item'].append([no, p, m, f'R{run:08d}', BLANK if nd else f'{mean:.{dec}f}', 0 if nd else dec, nd, BLANK, lim, 1, 0])
            if run % 97 == 0:
                t['audit_log'].append(['measurement', f'R{run:08d}', p, en + 300, people[9], 'update', v[0] + 1, v[0], '录入笔误更正'])
        appr = end + 5000 + k % 900
        iss = appr + 100 + k % 700
        t['report'].append([no, 'HJ2024', k, s, client, '废水', ok, people[4], people[5], people[k % 4], appr, iss, BLANK, 'void' if k % 50 == 0 else 'issued'])
        t['seal_use'].append(['YZ01', no, iss + 900, people[4]])
        t['fee'].append([f'F{k:07d}', s, at - 4000, 120 + k % 5 * 10, int(k % 40 == 0)])
    os.makedirs(out, exist_ok=True)
    for name, cols in TABLES.items():
        with open(os.path.join(out, name + '.csv'), 'w', encoding='utf-8', newline='') as f:
            w = csv.writer(f, lineterminator='\n')
            w.writerow(cols)
            w.writerows(t[name])


# ---- renderings ----

FILES = {
    'clerk': {'agency': '本机构基本情况', 'person': '职工花名册', 'absence': '请销假登记', 'authorisation': '上岗授权表', 'instrument': '仪器设备一览', 'calibration': '周检计划执行', 'instrument_log': '上机登记本', 'method': '现行方法目录', 'capability': '附表二', 'required_item': '应检参数表', 'sample': '接样登记本', 'test_run': '试验流水', 'measurement': '平行读数', 'report': '出具报告登记', 'report_item': '结果明细', 'seal_use': '盖章登记', 'fee': '交费流水', 'audit_log': '改动痕迹'},
    'system': {'agency': 't_org', 'person': 't_emp', 'absence': 't_leave', 'authorisation': 't_auth', 'instrument': 't_equip', 'calibration': 't_cal', 'instrument_log': 't_equip_use', 'method': 't_std', 'capability': 't_cap', 'required_item': 't_must', 'sample': 't_smp', 'test_run': 't_run', 'measurement': 't_raw', 'report': 't_rpt', 'report_item': 't_rpt_d', 'seal_use': 't_seal', 'fee': 't_fee', 'audit_log': 't_log'},
}
FILES['names'] = {t: f'导出{k:02d}' for k, t in enumerate(TABLES)}
FILES['initials'] = FILES['names']
WORDS = {
    'clerk': {
        'agency': '单位代码 单位全称 社会信用代码 资质证书号 获证日期 证书届满日期 开门时间 关门时间',
        'person': '职工号 姓名 职位 到岗日期 离岗日期',
        'absence': '职工号 离岗起 返岗止 事由类型',
        'authorisation': '职工号 权限种类 可用方法 授权起日 授权止日',
        'instrument': '资产编号 器具名称 规格 机身号 器具分类 验收日期 报废日期 最小量程 最大量程 显示位数 可同时样品数 需值守 每日能力',
        'calibration': '资产编号 检校方式 检校证书号 检校日期 下次检校 检校确认',
        'instrument_log': '资产编号 上机时刻 下机时刻 上机人',
        'method': '标准号 标准名 施行日期 废止日期 强制与否 最少用时 平行数 保存时限 采样人数 取样量 现场测定',
        'capability': '产品类别 检验参数 所依标准 批准日 届满日',
        'required_item': '产品类别 应检参数 依据文件',
        'sample': '检品编号 送检单位 检品类别 采样位置 北纬 东经 采样起 采样止 采样者甲 采样者乙 接样时刻 接样者 检品数量 弃样时刻',
        'test_run': '试验记录号 检品编号 所依标准 所用仪器 仪器流水 试验起 试验毕 试验员 谱图摘要值',
        'measurement': '试验记录号 检验参数 第几次 观测值 落库时刻',
        'report': '报告书编号 检品编号 送检单位 检品类别 总评 拟稿人 校核人 签批人 签批时刻 发出时刻 更正自 有效性',
        'report_item': '报告书编号 检验参数 所依标准 试验记录号 报告值 低限 高限 单项评定 外包',
        'seal_use': '章号 报告书编号 用印时刻 用印人',
        'fee': '票号 检品编号 交费时刻 实收 减免',
        'audit_log': '数据对象 单据编号 检验参数 改动时刻 改动人 动作 改前值 改后值 改动理由'},
    'system': {
        'agency': 'org_id org_name uscc cma_no cma_from cma_to open_time close_time',
        'person': 'emp_no emp_name post join_date quit_date',
        'absence': 'emp_no begin_time finish_time leave_type',
        'authorisation': 'emp_no auth_type auth_scope start_date end_date',
        'instrument': 'equip_no equip_name equip_model factory_no equip_type purchase_date scrap_date range_min range_max digits channels attended day_capacity',
        'calibration': 'equip_no cal_type cal_cert_no cal_date expire_date cal_result',
        'instrument_log': 'equip_no start_time stop_time user_no',
        'method': 'std_no std_name effective_date abolish_date is_mandatory min_minutes replicates hold_minutes samplers consume on_site',
        'capability': 'object_name item_name std_no from_date to_date',
        'required_item': 'object_name item_name basis',
        'sample': 'smp_no customer smp_type site_name latitude longitude sampling_start sampling_end sampler_a sampler_b recv_time recv_by qty dispose_time',
        'test_run': 'rec_no smp_no std_no equip_no inject_seq begin_time finish_time analyst file_md5',
        'measurement': 'rec_no item_name rep_no read_value save_time',
        'report': 'rpt_no smp_no customer smp_type conclusion drafted_by checked_by signed_by sign_time release_time replaces rpt_state',
        'report_item': 'rpt_no item_name std_no rec_no result_value limit_min limit_max item_pass subcontracted',
        'seal_use': 'seal_code rpt_no stamp_time stamp_by',
        'fee': 'invoice_no smp_no pay_time pay_amount is_free',
        'audit_log': 'table_name record_no field_item modify_time modify_by op_type before_value after_value modify_reason'},
}
WORDS['names'] = {
    'agency': '机构代码 机构名称 统一社会信用代码 资质认定证书编号 发证日期 有效期至 上班时间 下班时间',
    'person': '工号 姓名 岗位 入职日期 离职日期',
    'absence': '姓名 开始时间 结束时间 假别',
    'authorisation': '姓名 授权类型 授权领域 授权起 授权止',
    'instrument': '管理编号 仪器名称 规格型号 出厂编号 类别 启用日期 停用日期 测量下限 测量上限 分辨力 通道数 是否值守 日检测能力',
    'calibration': '仪器编号 溯源方式 证书编号 校准日期 下次校准日期 确认结果',
    'instrument_log': '仪器编号 使用开始 使用结束 使用人',
    'method': '方法编号 方法名称 实施日期 废止日期 强制性 最短时间(min) 平行次数 保存时限(h) 采样人数要求 样品用量 现场方法',
    'capability': '检测对象 参数 依据标准 生效日期 截止日期',
    'required_item': '检测对象 参数 依据',
    'sample': '样品号 委托方 样品类型 点位 纬度 经度 采样开始 采样结束 采样人① 采样人② 收样时间 收样人 样品量 处置日期',
    'test_run': '记录编号 样品号 检测依据 使用设备 进样序号 开始时间 结束时间 分析人 文件MD5',
    'measurement': '记录编号 项目 平行号 测定值 采集时间',
    'report': '报告号 样品号 委托方 样品类型 结论 编制 审核 批准 批准时间 签发时间 原报告编号 状态',
    'report_item': '报告号 项目 检测依据 记录编号 结果 标准限值(≥) 标准限值(≤) 判定 分包',
    'seal_use': '印章 报告号 用章时间 经办人',
    'fee': '收据编号 样品号 缴费时间 实收金额(元) 免费',
    'audit_log': '对象 原始记录编号 项目 修改时间 修改人 操作类型 原值 新值 原因',
}
WORDS['initials'] = dict(
    WORDS['names'],
    sample='ypbh wtdw yplb cydw 纬度 经度 cykssj cyjssj cyr 陪同采样人 syrq syr ypsl czrq',
    test_run='jlbh ypbh jcff sbbh jyxh kssj jssj jcr 文件MD5',
    report='bgbh ypbh wtdw yplb jcjl bzr shr pzr pzsj qfsj 原报告编号 bgzt',
    report_item='bgbh jcxm jcff jlbh jcjg 下限值 bzxz dxpd 分包',
    measurement='jlbh jcxm pxh csz 采集时间',
    seal_use='印章 bgbh yysj 经办人',
    fee='收据编号 ypbh jfsj sfje 免费')
LEFT = {'measurement': {'decimals', 'nd'}, 'report_item': {'decimals', 'nd'}, 'report': {'series', 'seq_no'}}
PEOPLE = {'person_id', 'sampler1', 'sampler2', 'received_by', 'operator', 'compiled_by', 'reviewed_by', 'approved_by'}
FULL = str.maketrans('0123456789', '０１２３４５６７８９')


def when(v, how):
    d = EPOCH + datetime.timedelta(seconds=int(v))
    if how == 'cn':
        return f'{d.year}年{d.month}月{d.day}日 {d.hour}时{d.minute:02d}分{d.second:02d}秒'
    if how == 'serial':
        return f'{int(v) / 86400 + 25569:.8f}'
    if how == 'compact':
        return d.strftime('%Y%m%d%H%M%S')
    if how == 'short':
        return f'{d.year % 100}.{d.month}.{d.day} {d.hour}:{d.minute:02d}:{d.second:02d}'
    if how == 'half':
        return f"{d.year}年{d.month}月{d.day}日 {'上午' if d.hour < 12 else '下午'}{d.hour % 12 or 12}时{d.minute:02d}分{d.second:02d}秒"
    if how == 'full':
        return f'{d.year}/{d.month}/{d.day} {d.hour}:{d.minute:02d}:{d.second:02d}'.translate(FULL)
    return f'{d.year}/{d.month}/{d.day} {d.hour}:{d.minute:02d}:{d.second:02d}'


def date(v, how):
    d = EPOCH + datetime.timedelta(days=int(v))
    if how == 'cn':
        return f'{d.year}年{d.month}月{d.day}日'
    if how == 'serial':
        return str(int(v) + 25569)
    if how == 'compact':
        return d.strftime('%Y%m%d')
    if how == 'full':
        return f'{d.year}．{d.month}．{d.day}'.translate(FULL)
    if how == 'short':
        return f'{d.year % 100}.{d.month}.{d.day}'
    return f'{d.year}.{d.month:02d}.{d.day:02d}'


def cell(table, c, row, how, hand, names):
    v = row[c]
    if c == 'value' and row.get('nd') == '1':
        return {'clerk': '未检出', 'system': 'ND', 'names': '＜0.01'}.get(hand, '0.01L')
    if v == '':
        return '/' if hand == 'clerk' and c != 'supersedes' else ''
    if c.endswith('_at'):
        return when(v, how)
    if c.endswith('_on'):
        return date(v, how)
    if c == 'conclusion' or c == 'verdict':
        return (('合格', '不合格') if hand != 'system' else ('符合', '不符合'))[v == '0']
    if c in ('subcontract', 'waived', 'attended', 'field', 'mandatory'):
        return {'clerk': ('否', '是'), 'system': ('N', 'Y')}.get(hand, ('0', '1'))[int(v)]
    if c == 'status':
        return {'issued': '有效', 'void': '作废'}[v]
    if hand == 'names':
        if c in PEOPLE and not (table == 'person' and c == 'person_id'):
            return names.get(v, v)
        if c == 'hold_minutes':
            return str(int(v) // 60) + 'h'
        if c in ('rep', 'seq_no', 'amount'):
            return v.translate(FULL)
        if c in ('open_min', 'close_min'):
            return f'{int(v) // 60}:{int(v) % 60:02d}'
        if c == 'decimals':
            return '0.' + '0' * (int(v) - 1) + '1' if int(v) else '1'
    if hand == 'clerk' and c == 'amount':
        return f'¥{v}.00'
    if hand == 'clerk' and c == 'method_no':
        return v.replace('HJ', 'HJ ').replace('GB', 'GB ').replace('-', '—')
    if hand == 'system' and c == 'kind' and table == 'authorisation':
        return {'sign': '签发', 'test': '检测'}[v]
    return v


def mess(src, out, hand, seed):
    r = random.Random(f'{hand}{seed}')
    os.makedirs(out, exist_ok=True)
    load = {}
    for t in TABLES:
        p = os.path.join(src, t + '.csv')
        if os.path.exists(p):
            with open(p, encoding='utf-8', newline='') as f:
                load[t] = list(csv.DictReader(f))
    names = {p['person_id']: p['name'] for p in load.get('person', [])}
    if hand == 'flat':
        flat(load, out)
        return
    for t, rows in load.items():
        words = dict(zip([c for c in TABLES[t] if c not in LEFT.get(t, ())], WORDS[hand][t].split()))
        order = list(words)
        if hand != 'names':
            r.shuffle(order)
        hows = {c: r.choice({'clerk': ['cn', 'slash'], 'system': ['serial', 'compact'], 'names': ['full', 'slash'], 'initials': ['short', 'half']}[hand]) for c in order}
        sep = {'clerk': ',', 'system': ';', 'names': '\t', 'initials': ','}[hand]
        buf = io.StringIO()
        w = csv.writer(buf, delimiter=sep, lineterminator='\r\n')
        extra = hand == 'clerk'
        head = (['序号'] if extra else []) + [words[c] for c in order] + (['备注'] if extra else [])
        if hand == 'clerk':
            w.writerow(['某市某检测有限公司' + FILES[hand][t]])
            w.writerow(['打印日期：2026年3月1日'] + [''] * (len(head) - 2) + ['第1页'])
        if hand == 'names' and len(head) > 3:
            w.writerow([words[c] if k % 5 else '登记' for k, c in enumerate(order)])
            w.writerow(['' if k % 5 else words[c] for k, c in enumerate(order)])
        else:
            w.writerow(head)
        for k, row in enumerate(rows):
            if hand == 'clerk' and k and k % 400 == 0:
                w.writerow(head)
            line = [cell(t, c, row, hows[c], hand, names) for c in order]
            w.writerow(([str(k + 1)] if extra else []) + line + ([''] if extra else []))
        if hand == 'clerk' and len(rows) > 20:
            w.writerow(['合计', str(len(rows))])
            w.writerow(['制表人：检查员甲'])
        if hand == 'initials' and len(head) > 3:
            w.writerow(['合计'] + [''] * (len(head) - 2) + [str(len(rows))])
        enc = 'gb18030' if hand != 'names' else 'utf-8-sig'
        with open(os.path.join(out, FILES[hand][t] + '.csv'), 'wb') as f:
            f.write(buf.getvalue().encode(enc))


def flat(load, out):
    samples = {s['sample_no']: s for s in load['sample']}
    reports = {x['report_no']: x for x in load['report']}
    head = '报告编号 样品编号 委托单位 样品类别 采样时间 收样时间 收样人 检测项目 检测方法 检测结果 标准限值 单项判定 检测结论 编制人 审核人 批准人 签发时间'.split()
    with open(os.path.join(out, '综合台账.csv'), 'w', encoding='utf-8-sig', newline='') as f:
        w = csv.writer(f)
        w.writerow(head)
        for i in load['report_item']:
            x = reports[i['report_no']]
            s = samples[x['sample_no']]
            w.writerow([x['report_no'], s['sample_no'], s['client'], s['object'], when(s['collected_at'], ''), when(s['received_at'], ''), s['received_by'], i['param'], i['method_no'], 'ND' if i['nd'] == '1' else i['value'], i['limit_hi'], '合格', '合格', x['compiled_by'], x['reviewed_by'], x['approved_by'], when(x['issued_at'], '')])


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument('verb', choices=['make', 'mess'])
    ap.add_argument('dir')
    ap.add_argument('out', nargs='?')
    ap.add_argument('--n', type=int, default=400)
    ap.add_argument('--seed', default='1')
    ap.add_argument('--hand', default='clerk', choices=['clerk', 'system', 'names', 'initials', 'flat'])
    a = ap.parse_args()
    if a.verb == 'make':
        make(a.dir, a.n, a.seed)
    elif a.out is None:
        ap.error('mess DIR OUT')
    else:
        mess(a.dir, a.out, a.hand, a.seed)


if __name__ == '__main__':
    sys.exit(main())
