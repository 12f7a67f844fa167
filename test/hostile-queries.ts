/** Questions that cannot be asked, rules that do what they may not, catalogues and changes that cannot be. */
// @ts-nocheck: what types forbid is what this is about.
import {Recommender} from '../src/recommender.ts'
import {type HostileRow, SKIP} from './hostile.ts'

const lines = [
  ['o1', 'Ann', 'tea', 'pot', 'cup'],
  ['o2', 'Bob', 'tea', 'pot', 'lamp'],
  ['o3', 'Ann', 'tea', 'milk'],
  ['o4', 'Cid', 'tea', 'milk', 'pot'],
  ['o5', 'Bob', 'milk', 'cup', 'tea'],
  ['o6', '__proto__', '__proto__', 'tea', 'constructor'],
].flatMap(([order, customer, ...items], at) => items.map((item) => ({item, order, customer, at: 1e9 * at})))
const items = [
  {id: 'tea', category: 'drink'},
  {id: 'milk', category: 'drink', stock: 1},
  {id: 'new', category: 'drink', launchedAt: 6e9},
]
const shop = await Recommender.fit(lines, {items, substitutes: true})
const other = await Recommender.fit(lines.slice(3))
const names = (answers) => answers.map(({item}) => item).join(' ')
const asked = (options, id = 'tea') => names(shop.alsoBought(id, {limit: 4, ...options}))
const together = (ids) => names(shop.boughtTogether(ids, {limit: 3}))
const suggested = (who) => names(shop.suggest(who, {limit: 3}))
const holed = (first, last) => Object.assign([], {0: first, 2: last})
const cycle = {}
cycle.self = cycle
const thrower = () => {
  throw new Error('mine')
}
const batch = async (answers) => {
  const given = []
  for await (const answer of answers) given.push(answer.item ?? answer.customer)
  return given
}
const stored = (fields) => {
  const own = Recommender.fromBytes(shop.toBytes())
  own.items.set([{id: 'tea', ...fields}])
  return Recommender.fromBytes(own.toBytes()).items.get('tea')
}

export const queriesRows: HostileRow[] = [
  [
    'alsoBought nothing',
    () => shop.alsoBought(undefined),
    'TypeError: alsoBought: an id must be a text or a number, got undefined',
  ],
  ['alsoBought null', () => shop.alsoBought(null), 'TypeError: alsoBought: an id must be a text or a number, got null'],
  ['alsoBought NaN', () => asked({fallback: false}, Number.NaN), ''],
  ['alsoBought an empty id', () => asked({fallback: false}, ''), ''],
  [
    'alsoBought a list',
    () => shop.alsoBought(['tea']),
    'TypeError: alsoBought: an id must be a text or a number, got an array',
  ],
  [
    'alsoBought what contains itself',
    () => shop.alsoBought(cycle),
    'TypeError: alsoBought: an id must be a text or a number, got an object',
  ],
  [
    'alsoBought a symbol',
    () => shop.alsoBought(Symbol('tea')),
    'TypeError: alsoBought: an id must be a text or a number, got Symbol(tea)',
  ],
  ['alsoBought half an emoji', () => asked({fallback: false}, '\ud83d'), ''],
  ['alsoBought an unknown item', () => asked({}, 'unknown'), 'tea milk __proto__ constructor'],
  ['alsoBought __proto__', () => asked({limit: 2}, '__proto__'), 'tea milk'],
  ['has of true', () => shop.has(true), 'TypeError: has: an id must be a text or a number, got true'],
  ['has of -0', () => shop.has(-0), 'false'],
  [
    'buyAgain of a date',
    () => shop.buyAgain(new Date(0)),
    'TypeError: buyAgain: an id must be a text or a number, got 1970-01-01T00:00:00.000Z',
  ],
  ['buyAgain of nobody', () => shop.buyAgain('nobody'), '[]'],
  [
    'substitutes of nothing',
    () => shop.substitutes(),
    'TypeError: substitutes: an id must be a text or a number, got undefined',
  ],
  ['substitutes of an unknown item', () => shop.substitutes('unknown'), '{"items":[],"reason":"unknown item"}'],
  [
    'explain an item by itself',
    () => shop.explain('tea', 'tea'),
    'RangeError: explain: expected two different items, got "tea" twice',
  ],
  [
    'explain a number by its text',
    () => shop.explain(1, '1'),
    'RangeError: explain: expected two different items, got "1" twice',
  ],
  [
    'explain one item',
    () => shop.explain('tea'),
    'TypeError: explain: an id must be a text or a number, got undefined',
  ],
  [
    'explain an unknown item',
    () => shop.explain('tea', 'unknown'),
    '{"item":"tea","other":"unknown","scope":"order","baskets":6,"bought":[6,0],"tooFew":true}',
  ],
  [
    'together of nothing',
    () => shop.boughtTogether(undefined),
    'TypeError: boughtTogether: expected a list of ids, got undefined',
  ],
  [
    'together of a text',
    () => shop.boughtTogether('tea'),
    'TypeError: boughtTogether: expected a list of ids, got "tea"',
  ],
  ['together of a number', () => shop.boughtTogether(5), 'TypeError: boughtTogether: expected a list of ids, got 5'],
  [
    'together of an object',
    () => shop.boughtTogether({}),
    'TypeError: boughtTogether: expected a list of ids, got an object',
  ],
  ['together of an empty list', () => together([]), 'tea milk __proto__'],
  [
    'together of a hole',
    () => together(holed('tea', 'pot')),
    'TypeError: boughtTogether: an id must be a text or a number, got undefined',
  ],
  [
    'together of null',
    () => together(['tea', null]),
    'TypeError: boughtTogether: an id must be a text or a number, got null',
  ],
  [
    'together of lists',
    () => together([['tea']]),
    'TypeError: boughtTogether: an id must be a text or a number, got an array',
  ],
  [
    'together of a Map',
    () => together(new Map([['tea', 1]])),
    'TypeError: boughtTogether: an id must be a text or a number, got an array',
  ],
  ['together of one item twice', () => together(['tea', 'tea']), 'milk pot cup'],
  ['together of what can be read once', () => together(new Set(['tea']).values()), 'milk pot cup'],
  [
    'together of a list that fails',
    () =>
      together(
        (function* () {
          yield 'tea'
          throw new Error('cursor lost')
        })(),
      ),
    'Error: cursor lost',
  ],
  ['rank nothing', () => shop.rank(undefined, {}), 'TypeError: rank: expected a list of ids, got undefined'],
  ['rank for nobody', () => shop.rank(['tea']), 'TypeError: rank: expected {customer} or {items}, got undefined'],
  [
    'rank a hole',
    () => shop.rank(holed('tea', 'pot'), {}),
    'TypeError: rank: an id must be a text or a number, got undefined',
  ],
  ['rank what nobody knows, twice', () => names(shop.rank(['x', 'tea', 'x'], {customer: 'Ann'})), 'tea x'],
  [
    'suggest to nothing',
    () => shop.suggest(undefined),
    'TypeError: suggest: expected {customer} or {items}, got undefined',
  ],
  ['suggest to a text', () => shop.suggest('Ann'), 'TypeError: suggest: expected {customer} or {items}, got "Ann"'],
  ['suggest to a list', () => shop.suggest([]), 'TypeError: suggest: options must be an object, got an array'],
  [
    'suggest to a Map',
    () => shop.suggest(new Map([['customer', 'Ann']])),
    'TypeError: suggest: options must be an object, got a Map',
  ],
  ['suggest to anybody', () => suggested({}), 'tea milk __proto__'],
  [
    'suggest to a customer of null',
    () => shop.suggest({customer: null}),
    'TypeError: suggest: an id must be a text or a number, got null',
  ],
  [
    'suggest to a customer that is an object',
    () => shop.suggest({customer: {}}),
    'TypeError: suggest: an id must be a text or a number, got an object',
  ],
  ['suggest to nobody', () => suggested({customer: 'nobody'}), 'tea milk __proto__'],
  [
    'suggest to a customer misspelt',
    () => shop.suggest({custmer: 'Ann'}),
    'RangeError: suggest: unknown option "custmer"; valid are customer, items',
  ],
  [
    'a session that is a text',
    () => shop.suggest({items: 'tea'}),
    'TypeError: suggest: items must be a list of ids, got "tea"',
  ],
  [
    'a session of null',
    () => shop.suggest({items: [null]}),
    'TypeError: suggest: an id must be a text or a number, got null',
  ],
  [
    'a session of empty objects',
    () => shop.suggest({items: [{}]}),
    'TypeError: suggest: an id must be a text or a number, got undefined',
  ],
  [
    'a session in a session',
    () => shop.suggest({items: [{item: {item: 'tea'}, weight: 1}]}),
    'TypeError: suggest: an id must be a text or a number, got an object',
  ],
  [
    "a session's weight of NaN",
    () => shop.suggest({items: [{item: 'tea', weight: Number.NaN}]}),
    'RangeError: suggest: the weight of an item must be a number from 0 up, got NaN',
  ],
  [
    "a session's weight below 0",
    () => shop.suggest({items: [{item: 'tea', weight: -1}]}),
    'RangeError: suggest: the weight of an item must be a number from 0 up, got -1',
  ],
  [
    "a session's weight of a text",
    () => shop.suggest({items: [{item: 'tea', weight: '1'}]}),
    'RangeError: suggest: the weight of an item must be a number from 0 up, got "1"',
  ],
  [
    "a session's weight of Infinity",
    () => shop.suggest({items: [{item: 'tea', weight: Number.POSITIVE_INFINITY}]}),
    'RangeError: suggest: the weight of an item must be a number from 0 up, got Infinity',
  ],
  ["a session's weight of 1e308", () => suggested({items: [{item: 'tea', weight: 1e308}]}), 'milk pot cup'],
  ["a session's weight of 0", () => suggested({items: [{item: 'tea', weight: 0}]}), 'milk __proto__ constructor'],
  [
    'repeat of true',
    () => shop.suggest({customer: 'Ann'}, {repeat: true}),
    'RangeError: suggest: unknown repeat true; valid are exclude, include, only',
  ],
  ['rules of null', () => shop.alsoBought('tea', null), 'TypeError: alsoBought: options must be an object, got null'],
  [
    'rules that are a list',
    () => shop.alsoBought('tea', []),
    'TypeError: alsoBought: options must be an object, got an array',
  ],
  [
    'rules that are a Map',
    () => shop.alsoBought('tea', new Map([['limit', 1]])),
    'TypeError: alsoBought: options must be an object, got a Map',
  ],
  [
    'a rule misspelt',
    () => asked({limt: 3}),
    'RangeError: alsoBought: unknown option "limt"; valid are limit, exclude, only, where, boost, maxPer, fallback, evidence, scope, after',
  ],
  [
    'a rule called constructor',
    () => asked({constructor: 1}),
    'RangeError: alsoBought: unknown option "constructor"; valid are limit, exclude, only, where, boost, maxPer, fallback, evidence, scope, after',
  ],
  ['limit 0', () => asked({limit: 0}), 'RangeError: alsoBought: limit must be a whole number from 1 up, got 0'],
  ['limit -1', () => asked({limit: -1}), 'RangeError: alsoBought: limit must be a whole number from 1 up, got -1'],
  ['limit 1.5', () => asked({limit: 1.5}), 'RangeError: alsoBought: limit must be a whole number from 1 up, got 1.5'],
  [
    "limit '10'",
    () => asked({limit: '10'}),
    'RangeError: alsoBought: limit must be a whole number from 1 up, got "10"',
  ],
  ['limit 10n', () => asked({limit: 10n}), 'RangeError: alsoBought: limit must be a whole number from 1 up, got 10'],
  [
    'limit Infinity',
    () => asked({limit: Number.POSITIVE_INFINITY}),
    'RangeError: alsoBought: limit must be a whole number from 1 up, got Infinity',
  ],
  ['limit 2 to the 40', () => shop.alsoBought('tea', {limit: 2 ** 40}).length, '7'],
  ['exclude a text', () => asked({exclude: 'tea'}), 'TypeError: alsoBought: exclude must be a list of ids, got "tea"'],
  ['exclude null', () => asked({exclude: null}), 'TypeError: alsoBought: exclude must be a list of ids, got null'],
  [
    'exclude undefined in a list',
    () => asked({exclude: [undefined]}),
    'TypeError: alsoBought: an id must be a text or a number, got undefined',
  ],
  [
    'exclude a hole',
    () => asked({exclude: holed('tea', 'pot')}),
    'TypeError: alsoBought: an id must be a text or a number, got undefined',
  ],
  [
    'exclude a set of another shop',
    () => asked({exclude: other.set(['pot', 'milk'])}),
    'cup __proto__ constructor lamp',
  ],
  ['only nothing', () => asked({only: []}), ''],
  ['only what can be read once', () => asked({only: new Set(['pot', 'cup']).values()}), 'pot cup'],
  [
    'only a list that asks meanwhile',
    () =>
      asked({
        only: (function* () {
          shop.alsoBought('pot')
          yield 'pot'
        })(),
      }),
    'pot',
  ],
  [
    'where that gives nothing',
    () => asked({where: () => undefined}),
    'TypeError: alsoBought: where must return true or false, got undefined',
  ],
  [
    'where that gives a promise',
    () => asked({where: async () => true}),
    'TypeError: alsoBought: where must return true or false, got a Promise',
  ],
  ['where that throws', () => asked({where: thrower}), 'Error: mine'],
  [
    'where that asks',
    () => asked({where: () => shop.alsoBought('pot').length > 0}),
    'Error: alsoBought: a query may not be asked from within a measure or a rule',
  ],
  [
    'where that changes the catalogue',
    () => asked({where: () => shop.items.set([]) === undefined}),
    'Error: items: the catalogue may not be changed from within a rule',
  ],
  [
    'where that changes what it is shown',
    () =>
      asked({
        where: (item) => {
          item.id = 'other'
          return true
        },
      }),
    "TypeError: Cannot assign to read only property 'id' of object '#<Object>'",
  ],
  [
    'where that forgets what it is shown',
    () => asked({where: (item) => delete item.id}),
    "TypeError: Cannot delete property 'id' of #<Object>",
  ],
  [
    'and all is as it was',
    () => [asked({}), shop.items.get('milk')],
    '["milk pot cup __proto__",{"id":"milk","category":"drink","stock":1}]',
  ],
  [
    'where that is no function',
    () => asked({where: 'x'}),
    'TypeError: alsoBought: where must be a function of an item, got "x"',
  ],
  [
    'boost of NaN',
    () => asked({boost: () => Number.NaN}),
    'RangeError: alsoBought: boost must return a number from 0 to 1e9, got NaN',
  ],
  [
    'boost below 0',
    () => asked({boost: () => -1}),
    'RangeError: alsoBought: boost must return a number from 0 to 1e9, got -1',
  ],
  [
    'boost of Infinity',
    () => asked({boost: () => Number.POSITIVE_INFINITY}),
    'RangeError: alsoBought: boost must return a number from 0 to 1e9, got Infinity',
  ],
  [
    'boost beyond the highest',
    () => asked({boost: () => 1e9 + 1}),
    'RangeError: alsoBought: boost must return a number from 0 to 1e9, got 1000000001',
  ],
  [
    'boost of a text',
    () => asked({boost: () => '2'}),
    'RangeError: alsoBought: boost must return a number from 0 to 1e9, got "2"',
  ],
  [
    'boost of a promise',
    () => asked({boost: async () => 2}),
    'RangeError: alsoBought: boost must return a number from 0 to 1e9, got a Promise',
  ],
  [
    'boost that is a number',
    () => asked({boost: 2}),
    'TypeError: alsoBought: boost must be a function of an item, got 2',
  ],
  ['maxPer of null', () => asked({maxPer: null}), 'TypeError: alsoBought: maxPer: options must be an object, got null'],
  [
    'maxPer without a limit',
    () => asked({maxPer: {by: 'category'}}),
    'RangeError: alsoBought: maxPer.limit must be a whole number from 1 up, got undefined',
  ],
  ['maxPer by __proto__', () => asked({maxPer: {by: '__proto__', limit: 1}}), 'milk pot cup __proto__'],
  ['maxPer by constructor', () => asked({maxPer: {by: 'constructor', limit: 1}}), 'milk pot cup __proto__'],
  ['maxPer by what nothing has', () => asked({maxPer: {by: 'nothing', limit: 1}}), 'milk pot cup __proto__'],
  [
    'maxPer by a symbol',
    () => asked({maxPer: {by: Symbol('by'), limit: 1}}),
    'TypeError: alsoBought: maxPer.by must be a field of items or a function of one, got Symbol(by)',
  ],
  ['maxPer that throws', () => asked({maxPer: {by: thrower, limit: 1}}), 'Error: mine'],
  ['fallback of 1', () => asked({fallback: 1}), 'TypeError: alsoBought: fallback must be true or false, got 1'],
  [
    'evidence of null',
    () => asked({evidence: null}),
    'TypeError: alsoBought: evidence must be true or false, got null',
  ],
  [
    'a scope that was not fitted',
    () => asked({scope: 'customer'}),
    'RangeError: alsoBought: scope "customer" was not fitted, only order; name it in the scopes of fit',
  ],
  [
    "a scope of Object's own",
    () => asked({scope: '__proto__'}),
    'RangeError: alsoBought: scope "__proto__" was not fitted, only order; name it in the scopes of fit',
  ],
  ['after of 1', () => asked({after: 1}), 'TypeError: alsoBought: after must be true or false, got 1'],
  [
    'since no date',
    () => shop.popular({since: 'garbage'}),
    'RangeError: popular: since: expected a date such as 2010-12-31 or 2010-12-31T08:26:00Z, got "garbage"',
  ],
  [
    'since NaN',
    () => shop.popular({since: Number.NaN}),
    'RangeError: popular: since: expected a time within 8.64e15 ms of 1970, got NaN',
  ],
  [
    'since null',
    () => shop.newArrivals({}, {since: null}),
    'RangeError: newArrivals: since: expected a date such as 2010-12-31 or 2010-12-31T08:26:00Z, got null',
  ],
  [
    'since an invalid date',
    () => shop.newArrivals({}, {since: new Date(Number.NaN)}),
    'RangeError: newArrivals: since: expected a time within 8.64e15 ms of 1970, got an invalid Date',
  ],
  [
    'since the day first',
    () => shop.popular({since: '31/12/2010'}),
    'RangeError: popular: since: expected a month from 1 to 12, got 31 in "31/12/2010"; set dateFormat: \'dmy\'',
  ],
  [
    'at Infinity',
    () => shop.buyAgain('Ann', {at: Number.POSITIVE_INFINITY}),
    'RangeError: buyAgain: at: expected a time within 8.64e15 ms of 1970, got Infinity',
  ],
  [
    'at an object',
    () => shop.buyAgain('Ann', {at: {}}),
    'RangeError: buyAgain: at: expected a date such as 2010-12-31 or 2010-12-31T08:26:00Z, got an object',
  ],
  ['a set of a text', () => shop.set('tea'), 'TypeError: set: expected a list of ids, got "tea"'],
  ['a set of null', () => shop.set([null]), 'TypeError: set: an id must be a text or a number, got null'],
  [
    'all also-bought of limit 0',
    () => shop.alsoBoughtAll({limit: 0}),
    'RangeError: alsoBoughtAll: limit must be a whole number from 1 up, got 0',
  ],
  [
    'all also-bought of unknown items',
    () => batch(shop.alsoBoughtAll({items: ['tea', 'unknown']})),
    '["tea","unknown"]',
  ],
  ['all also-bought by a rule that throws', () => batch(shop.alsoBoughtAll({where: thrower})), 'Error: mine'],
  [
    'all suggestions to a text',
    () => batch(shop.suggestAll({customers: 'Ann'})),
    'TypeError: suggestAll: customers must be a list of ids, or an async one, got "Ann"',
  ],
  [
    'all suggestions to null',
    () => batch(shop.suggestAll({customers: ['Ann', null]})),
    'TypeError: suggestAll: an id must be a text or a number, got null',
  ],
  [
    'all suggestions, aborted',
    () => batch(shop.suggestAll({signal: AbortSignal.abort(new Error('enough'))})),
    'Error: enough',
  ],
  ['a catalogue of null', () => shop.items.set(null), 'TypeError: items: expected a list of items, got null'],
  ['a catalogue of a text', () => shop.items.set('tea'), 'TypeError: items: expected a list of items, got "tea"'],
  ['a catalogue of no ids', () => shop.items.patch([{id: 'ok'}, {}]), 'RangeError: items: item 2: id is missing'],
  [
    "a catalogue's price below 0",
    () => shop.items.patch([{id: 'tea', price: -1}]),
    'RangeError: items: item 1: price must be a number from 0 up, got -1',
  ],
  [
    "a catalogue's price of a text",
    () => shop.items.patch([{id: 'tea', price: '3'}]),
    'RangeError: items: item 1: price must be a number from 0 up, got "3"',
  ],
  [
    "a catalogue's category of a number",
    () => shop.items.patch([{id: 'tea', category: 5}]),
    'TypeError: items: item 1: category must be a text, got 5',
  ],
  [
    "a catalogue's date of a text",
    () => shop.items.patch([{id: 'tea', launchedAt: 'soon'}]),
    'RangeError: items: item 1: launchedAt: expected a date such as 2010-12-31 or 2010-12-31T08:26:00Z, got "soon"',
  ],
  [
    'one item in place of a list',
    () => shop.items.patch({id: 'tea'}),
    'TypeError: items: expected a list of items, got an object',
  ],
  [
    'and nothing has changed',
    () => [shop.items.get('ok'), shop.items.get('tea')],
    '[null,{"id":"tea","category":"drink"}]',
  ],
  [
    'a field called __proto__ is kept',
    () => [Object.keys(stored(JSON.parse('{"__proto__": {"price": 3}}'))), {}.price],
    '[["id","__proto__"],null]',
  ],
  ['a field of half an emoji is kept', () => stored({note: '\ud83d'}), '{"id":"tea","note":"\\ud83d"}'],
  [
    'a field that is a function',
    () => stored({of: () => 1}),
    'TypeError: save: expected items that JSON can hold, got "tea": "of" is a function; change it by items.patch',
  ],
  [
    'a field that is NaN',
    () => stored({stock: Number.NaN}),
    'TypeError: save: expected items that JSON can hold, got "tea": "stock" is NaN; change it by items.patch',
  ],
  [
    'a field that is a Map',
    () => stored({tags: new Map()}),
    'TypeError: save: expected items that JSON can hold, got "tea": "tags" is a Map; change it by items.patch',
  ],
  [
    'a field that is a bigint',
    () => stored({stock: 1n}),
    'TypeError: save: expected items that JSON can hold, got "tea": Do not know how to serialize a BigInt; change it by items.patch',
  ],
  [
    'a field that contains itself',
    () => stored({cycle}),
    /^TypeError: save: expected items that JSON can hold, got "tea": Converting circular .*; change it by items.patch$/s,
  ],
  ['remove nothing', () => shop.remove(undefined), 'TypeError: remove: expected {order} or {customer}, got undefined'],
  ['remove null', () => shop.remove(null), 'TypeError: remove: options must be an object, got null'],
  [
    'remove an order and a customer',
    () => shop.remove({order: 'o1', customer: 'Ann'}),
    'RangeError: remove: expected either {order} or {customer}, with an id',
  ],
  [
    'remove what is neither',
    () => shop.remove({item: 'tea'}),
    'RangeError: remove: unknown option "item"; valid are order, customer',
  ],
  [
    'remove an order that is an object',
    () => shop.remove({order: {}}),
    'TypeError: remove: an id must be a text or a number, got an object',
  ],
  ['remove an unknown customer', () => shop.remove({customer: 'nobody'}), '{"orders":0,"lines":0}'],
  [
    'a shop made by new',
    () => new Recommender(),
    'TypeError: Recommender: expected to be made of orders, got undefined; use Recommender.fit, load or fromBytes',
  ],
  [
    'a shop made by new, of what fit takes',
    () => new Recommender([{item: 'tea', order: 1}]),
    'TypeError: Recommender: expected to be made of orders, got an array; use Recommender.fit, load or fromBytes',
  ],
  ['add null', () => shop.add(null), 'TypeError: add: expected readOrders(…), lines, rows or columns, got null'],
  [
    "add with another's customer",
    () => shop.add([{item: 'tea', order: 'o1', customer: 'Bob'}]),
    `RangeError: add, line 1: order "o1" has two customers, "Ann" and "Bob"${SKIP}`,
  ],
  [
    'add by an option of fit',
    () => shop.add([], {neighbors: 5}),
    'RangeError: add: unknown option "neighbors"; valid are replace, columns, dateFormat, onBadRow, onProgress, signal',
  ],
  ['refresh by a number', () => shop.refresh(5), 'TypeError: refresh: options must be an object, got 5'],
  ['bytes by a text', () => shop.toBytes({log: 'no'}), 'TypeError: toBytes: log must be true or false, got "no"'],
]
