/**
 * Words that may stay in a capture, from the APIs' member names, statuses and error messages. All other words are
 * treated as personal, so the list has no word that is also a name (`will`, `may`, `mark`, `max`).
 */
const words = `
aborted above accept accepted access account acknowledged action active activity actual adaptive added additional admin after again
age agent all allocation allowed already also always am amazon an and annotation another answer anthropic any anymore api apis app
application apply approximate apps are args argument arguments array as ask assistant async at atlassian attempt attributes audio
auth authenticate authenticated authentication authorization authorized auto available aws back bad balance based basic batch be
because bedrock been before begin behavior being below beta better between beyond billing block blocked body boolean both budget
busy but by bytes cache cached call called calls can cancelled candidate candidates cannot cap capabilities capacity category
certificate change changes char character characters charset chat check choice choices chunk chunked citation citations claude clear
cli client close closed cloud cloudflare cloudfront code codex com command complete completed completion completions computer
concurrent config configuration configured conflict connect connection contact contain contains content contents context continue
control conversation could count create created creation credit credits currently custom daily data date day days deadline default
defer define defined definition delete deleted delta denied deny deprecated description detail detailed details dev developer did
different disabled discriminator do does doctype document does domain done down duration during each effort either eligible else email
embedding empty enable enabled encrypted end endpoint enough ensure entity enum env environment envoy ephemeral error errors
estimated event events every everywhere exceed exceeded exceeds exception exec execution exhausted exist exists expected expired expires
explicit extra fail failed failure false fast feature features few field fields file filter filtered final find finish first flag flash
for forbidden format found free frequency from full function functions further gateway gemini general generate generating
generation get given go gone google got gpt gt had haiku handle harm has have head header headers help high host hour hours how html
http https id identifier if image images implicit in include included incomplete index inference info initial input inputs installed
instance instead insufficient integer interface internal invalid into invocation is issue it item items its javascript json just keep key
keys kind label language large last later latest least left length less level license limit limited limits line link list little load
loading local location logit logprobs long longer low lower made maintenance make malformed management many match matched maximum media
medium message messages metadata method methods metrics million min mini minimum minute minutes missing mode model models moderation
modified month monthly more most moved multiple must name namespace native need needs net network never new next nginx no none nor not
nothing null number object of off often ok on once one only open openai operation option optional or order org organisation organization
other otherwise our out output outputs over overloaded own parallel parameter parameters parse part parts pass passed path payload
pending per permanently permission permissions permitted pipeline plan platform please policy position possible post prediction prefix
presence preview previous probability problem process processing product project prompt properties property protocol provide provided
provider proxy public put queries query queue queued quota raise range rate rather raw reach reached read reason reasoning receive
received recitation recognized redirect reduce reference refused region rejected remaining remove repeat repository request requested
requests require required requires reset resets resource resources response responses result results retry return returned right role
rovo rovodev route routes run safety same schema score search second seconds secure see select send sent sequence server service
services session set settings shape short should shutdown signature simple since single site sites size sku slow small so some something
sonnet soon sorry spaces specified speed spring sse standard start started state status still stop stopped store stream streaming string
structured style subscription succeeded success such suffix summary supplied support supported switch syntax system tag take team
temperature temporarily temporary text than that the their them then there these they thinking this those thought thoughts threshold
throttled throttling through throughput tier time timed timeout times timestamp title to together token tokens too tool tools top total
traffic transfer transient tried true truncated try turn turned two type types unable unauthenticated unauthorized unavailable under
unexpected unified unimplemented unique unknown unlimited unprocessable unrecognized unspecified unsupported until up update upgrade
upload upstream uri url us usage usages use used user users uses using valid validation value values vendor verbosity version vertex very
via view visit wait want warning was way web website week weight went were what when where which while who whole why wildcard window
with within without words workspace would write wrong www yes yet you your zero
app array base boolean br center class div doctype font footer form head hr href img li link meta p pre script section span strong style
svg table td title tr ul
display trial cta everywhere invoke predict stream raw publishers completions v
balance monthly total used remaining
connreset econnaborted econnrefused econnreset eai enotfound enetunreach ehostunreach epipe etimedout getaddrinfo socket hang tls ssl
unauthorised self signed verify leaf cert
`;

const vocabulary: ReadonlySet<string> = new Set(words.split(/\s+/).filter((word) => word !== ''));

/** @param word in lower case */
export function isApiWord(word: string): boolean {
  return vocabulary.has(word);
}
