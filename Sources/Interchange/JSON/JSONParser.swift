/// Recursive descent over the bytes of a JSON text (RFC 8259), strict: no comments, no trailing commas, no NaN,
/// no byte order mark, only well-formed UTF-8.
struct JSONParser {
  let text: UnsafeRawBufferPointer
  let limits: JSON.Limits
  /// Next byte to read.
  var index = 0
  private var values = 0

  init(text: UnsafeRawBufferPointer, limits: JSON.Limits) {
    self.text = text
    self.limits = limits
  }

  /// The byte at `index`; nil at the end.
  var next: UInt8? { index < text.count ? text[index] : nil }

  mutating func parseDocument() throws(JSON.SyntaxError) -> JSON {
    skipSpace()
    let value = try parseValue(depth: 0)
    skipSpace()
    if next != nil { throw failure("expected the end of the text") }
    return value
  }

  func failure(_ message: String, at offset: Int? = nil) -> JSON.SyntaxError {
    JSON.SyntaxError(offset: offset ?? index, message: message)
  }

  mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
  }

  private mutating func parseValue(depth: Int) throws(JSON.SyntaxError) -> JSON {
    values += 1
    if values > limits.values { throw failure("more than \(limits.values) values") }
    switch next {
    case UInt8(ascii: "{"): return try parseObject(depth: depth)
    case UInt8(ascii: "["): return try parseArray(depth: depth)
    case UInt8(ascii: "\""): return .string(try parseString())
    case UInt8(ascii: "t"): return try parseWord("true", .boolean(true))
    case UInt8(ascii: "f"): return try parseWord("false", .boolean(false))
    case UInt8(ascii: "n"): return try parseWord("null", .null)
    case .some(UInt8(ascii: "0")...UInt8(ascii: "9")), UInt8(ascii: "-"): return try parseNumber()
    case nil: throw failure("the text ends where a value should be")
    default: throw failure("expected a value")
    }
  }

  private mutating func parseWord(_ word: StaticString, _ value: JSON) throws(JSON.SyntaxError) -> JSON {
    let length = word.utf8CodeUnitCount
    let matches =
      text.count - index >= length
      && word.withUTF8Buffer { $0.elementsEqual(text[index..<index + length]) }
    guard matches else { throw failure("expected a value") }
    index += length
    return value
  }

  private mutating func enter(depth: Int) throws(JSON.SyntaxError) {
    if depth >= limits.depth { throw failure("nested more than \(limits.depth) deep") }
    index += 1
    skipSpace()
  }

  /// Reads a comma (true) or `close` (false).
  private mutating func continues(until close: UInt8) throws(JSON.SyntaxError) -> Bool {
    skipSpace()
    guard let byte = next else { throw failure("the text ends inside an array or object") }
    guard byte == close || byte == UInt8(ascii: ",") else {
      throw failure("expected \",\" or \"\(Character(Unicode.Scalar(close)))\"")
    }
    index += 1
    if byte == close { return false }
    skipSpace()
    return true
  }

  private mutating func parseArray(depth: Int) throws(JSON.SyntaxError) -> JSON {
    try enter(depth: depth)
    var elements: [JSON] = []
    if next == UInt8(ascii: "]") {
      index += 1
      return .array(elements)
    }
    repeat {
      elements.append(try parseValue(depth: depth + 1))
    } while try continues(until: UInt8(ascii: "]"))
    return .array(elements)
  }

  private mutating func parseObject(depth: Int) throws(JSON.SyntaxError) -> JSON {
    try enter(depth: depth)
    var members: [JSON.Member] = []
    if next == UInt8(ascii: "}") {
      index += 1
      return .object(members)
    }
    repeat {
      guard next == UInt8(ascii: "\"") else { throw failure("expected a key in double quotes") }
      let key = try parseString()
      skipSpace()
      guard next == UInt8(ascii: ":") else { throw failure("expected \":\" after a key") }
      index += 1
      skipSpace()
      members.append(JSON.Member(key: key, value: try parseValue(depth: depth + 1)))
    } while try continues(until: UInt8(ascii: "}"))
    return .object(members)
  }
}
