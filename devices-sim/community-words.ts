/** The words a made-up community is made of. None of these people, places or telephone numbers exists. */
type Words = readonly [string, ...string[]]

export const surnames: Words = [
  ...(['王', '李', '张', '刘', '陈', '杨', '黄', '赵', '吴', '周', '徐', '孙', '马', '朱', '胡', '郭', '何', '高', '林', '罗'] as const),
  ...(['郑', '梁', '谢', '宋', '唐', '许', '韩', '冯', '邓', '曹', '彭', '曾', '肖', '田', '董', '袁', '潘', '蒋', '蔡', '余'] as const),
]
/** Given names of people born between 1930 and 1955. */
export const elderWomen: Words = [
  ...(['秀英', '桂英', '秀兰', '玉兰', '淑珍', '凤英', '玉珍', '素珍', '桂兰', '秀珍', '玉英', '惠芳', '月华', '美珍', '佩芬'] as const),
  ...(['翠英', '桂珍', '文英', '淑华', '雪琴', '金娣', '阿妹', '瑞芳', '静宜', '琴芳'] as const),
]
export const elderMen: Words = [
  ...(['建国', '国强', '志明', '德福', '永康', '文华', '福生', '根生', '阿根', '金宝', '世昌', '学文', '长庚', '明德', '树林'] as const),
  ...(['宝山', '光荣', '振华', '兴旺', '耀祖', '宗林', '炳生', '连生', '海清', '守义'] as const),
]
/** When a child can be reached, as people write it. */
export const reachable: Words = ['工作日 18:00 后，周末全天', '9:00-21:00', '下班后', '周一至周五 8:00-17:30', '晚上7点到10点']
/** Given names of their children and grandchildren. */
export const youngerWomen: Words = ['丽', '敏', '静', '燕', '芳', '雪梅', '晓红', '海燕', '佳怡', '欣', '婷婷', '雯', '莉莉', '慧', '文静']
export const youngerMen: Words = ['伟', '强', '磊', '军', '勇', '杰', '涛', '明', '超', '志强', '建华', '晓东', '浩', '斌', '俊']

export const communities: Words = ['梧桐苑', '桂花里', '春晖', '长乐坊', '映月', '银杏园', '望江', '和风', '青石', '松鹤', '百合', '听涛']
export const roads: Words = ['梧桐路', '桂花路', '春晖路', '长乐路', '映月路', '银杏路', '望江路', '和风路']

export const medical: Words = [
  ...(['高血压', '2 型糖尿病，注射胰岛素', '房颤，服用抗凝药，摔倒有出血风险', '冠心病，放过支架', '帕金森病，行走不稳'] as const),
  ...(['慢阻肺，家中有制氧机', '轻度认知障碍', '右髋关节置换', '青霉素过敏', '骨质疏松', '脑梗后左侧无力', '白内障，视力差'] as const),
]
export const speeches: Words = ['听力不好，请大声慢说', '只说本地话', '记性差，请多重复一遍', '说话慢，请耐心等', '视力差，请先报身份']
export const entries: Words = [
  ...(['钥匙盒在门右侧电表箱内', '有电梯', '无电梯', '单元门需刷卡，可按 0 叫物业', '家有小狗，不咬人', '门锁需先提把手再转'] as const),
]
