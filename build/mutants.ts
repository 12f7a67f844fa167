import ts from 'typescript'

/** One small change to a source text that a test should notice. */
export interface Mutant {
  /** The declaration it is in, and its lines as they were and as they become: names that stay when other lines move. */
  where: string
  before: string
  after: string
  line: number
  /** The whole text, changed. */
  text: string
}

/** A place in the text and what to put there. */
type Change = [from: number, to: number, text: string]

const operators: Record<string, string[]> = {
  ...{'+': ['-'], '-': ['+'], '*': ['/'], '/': ['*'], '**': ['*'], '%': ['*'], '>>': ['<<'], '<<': ['>>']},
  ...{'<': ['<=', '>='], '<=': ['<', '>'], '>': ['>=', '<='], '>=': ['>', '<'], '===': ['!=='], '!==': ['===']},
  ...{'&&': ['||'], '||': ['&&'], '??': ['&&']},
  ...{'+=': ['-='], '-=': ['+='], '*=': ['/='], '/=': ['*=']},
}

/** Every mutant of a source text, in the order of the text. */
export function findMutants(source: string): Mutant[] {
  const file = ts.createSourceFile('', source, ts.ScriptTarget.ES2022, true)
  const mutants: Mutant[] = []
  for (const statement of file.statements) {
    const where = nameOf(statement)
    const visit = (node: ts.Node) => {
      if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isImportDeclaration(node)) return
      for (const change of changesOf(node)) mutants.push(mutantOf(file, where, change))
      ts.forEachChild(node, visit)
    }
    visit(statement)
  }
  return mutants
}

function mutantOf(file: ts.SourceFile, where: string, [from, to, replacement]: Change): Mutant {
  const {text} = file
  const start = text.lastIndexOf('\n', from - 1) + 1
  const end = text.indexOf('\n', to)
  const inOneLine = (lines: string) => lines.trim().replace(/\s+/g, ' ')
  return {
    where,
    before: inOneLine(text.slice(start, end)),
    after: inOneLine(text.slice(start, from) + replacement + text.slice(to, end)),
    line: file.getLineAndCharacterOfPosition(from).line + 1,
    text: text.slice(0, from) + replacement + text.slice(to),
  }
}

function nameOf(statement: ts.Statement): string {
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations[0].name.getText()
  return ts.isFunctionDeclaration(statement) ? (statement.name?.text ?? '') : ''
}

function changesOf(node: ts.Node): Change[] {
  const put = (text: string, at: ts.Node = node): Change => [at.getStart(), at.end, text]
  const swap = (operator: ts.Node) => (operators[operator.getText()] ?? []).map((other) => put(other, operator))
  if (ts.isBinaryExpression(node)) return swap(node.operatorToken)
  if (ts.isPostfixUnaryExpression(node)) {
    return [[node.operand.end, node.end, node.operator === ts.SyntaxKind.PlusPlusToken ? '--' : '++']]
  }
  if (ts.isPrefixUnaryExpression(node) && '-!'.includes(node.getText()[0])) return [put(node.operand.getText())]
  if (ts.isNumericLiteral(node)) return neighbors(node.text).map((number) => put(number))
  if (node.kind === ts.SyntaxKind.TrueKeyword) return [put('false')]
  if (node.kind === ts.SyntaxKind.FalseKeyword) return [put('true')]
  if (ts.isCallExpression(node)) return changesOfMath(node).map((text) => put(text))
  if (ts.isIfStatement(node)) return [put('true', node.expression), put('false', node.expression)]
  if (ts.isConditionalExpression(node)) return [put('true', node.condition), put('false', node.condition)]
  // Not `true`: most such loops would have no end.
  if (ts.isWhileStatement(node)) return [put('false', node.expression)]
  if (ts.isForStatement(node) && node.condition) return [put('false', node.condition)]
  if (ts.isExpressionStatement(node)) return [put(';')]
  return []
}

/** `Math.max` and `Math.min` change places, a function of one number gives way to that number. */
function changesOfMath({expression, arguments: given}: ts.CallExpression): string[] {
  const [, name] = expression.getText().match(/^Math\.(\w+)$/) ?? []
  if (name === undefined) return []
  const text = given.map((argument) => argument.getText()).join(', ')
  if (name === 'max' || name === 'min') return [`Math.${name === 'max' ? 'min' : 'max'}(${text})`]
  return given.length === 1 ? [`(${text})`] : []
}

/** A number's neighbors in its last digit. */
function neighbors(number: string): string[] {
  const digits = number.split('.')[1]?.length ?? 0
  const [above, below] = [1, -1].map((sign) => (Number(number) + sign * 10 ** -digits).toFixed(digits))
  return [above, below.startsWith('-') ? `(${below})` : below]
}
