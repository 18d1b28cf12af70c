import type words from '../en/index.ts';

export const health: typeof words.health = {
  dry: '没有可用的凭证',
  scarce: '{{total}} 个凭证中只有 {{able}} 个可用',
  scarceTitle: '可用凭证不足',
  empty: '还没有凭证，网关无法处理请求',
  notStored: '数据库异常，暂不接受修改（无法保存）。',
  notStoredTitle: '数据库异常',
  notShared: '各副本的限额未合并计数',
  notSharedTitle: '限额按副本计数',
  openReplicas: '查看副本',
  unreachable: '{{time}} 起无法连接网关',
  unreachableTitle: '无法连接网关',
  reconnecting: '正在重新连接…',
  nextBack: '下一个恢复还需',
  why: '原因',
  openCredentials: '查看凭证',
};
