import type words from '../en/index.ts';

export const welcome: typeof words.welcome = {
  title: '开始设置',
  text: '四步得到第一个回答。',
  step: {
    token: '你的 Atlassian 账号',
    routes: '测试路由',
    key: '供客户端使用的密钥',
    answer: '第一个回答',
  },
  testAndAdd: '测试并添加',
  routesText_one: '通过 Atlassian 模型路由发送一个小请求，按标价约 {{cost}}。',
  routesText_other: '通过 {{count}} 条 Atlassian 模型路由各发送一个小请求，按标价约 {{cost}}。',
  testRoutes: '测试路由',
  skip: '跳过',
  keyName: '第一个密钥',
  answerText: '像客户端一样，用新密钥提问：',
  question: '用一句话打个招呼。',
  ask: '提问',
  askAgain: '再问一次',
  done: '网关工作正常。接下来配置客户端，密钥会自动填入。',
  connect: '接入客户端',
  leave: '直接进入控制台',
};
