import type words from '../en/index.ts';

export const palette: typeof words.palette = {
  title: '跳转到',
  hint: '页面、密钥、凭证、模型或请求 ID',
  nothing: '没有找到。',
  page: '页面',
  key: '密钥',
  credential: '凭证',
  model: '此模型的请求',
  request: '请求',
  failures: '失败的请求',
  shortcuts: '键盘快捷键',
  does: {
    open: '跳转到任意位置',
    help: '显示这些快捷键',
    next: '在链路中查看下一个请求',
    previous: '在链路中查看上一个请求',
    close: '关闭当前窗口',
  },
};
