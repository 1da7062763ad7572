extension JSONParser {
  /// Reads a string; `index` is at its opening quote. Stretches without escapes are copied whole.
  mutating func parseString() throws(JSON.SyntaxError) -> [UInt8] {
    let opening = index
    index += 1
    var result: [UInt8] = []
    var copied = index
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\""):
        append(copied..<index, to: &result)
        index += 1
        return result
      case UInt8(ascii: "\\"):
        append(copied..<index, to: &result)
        try parseEscape(into: &result)
        copied = index
      case 0..<0x20:
        throw failure("a control character inside a string must be escaped")
      case 0x80...:
        let length = UTF8Validation.sequenceLength(in: text, at: index)
        if length == 0 { throw failure("ill-formed UTF-8 inside a string") }
        index += length
      default:
        index += 1
      }
    }
    throw failure("the string is not closed", at: opening)
  }

  private func append(_ range: Range<Int>, to result: inout [UInt8]) {
    if result.isEmpty {
      result = [UInt8](text[range])
    } else {
      result.append(contentsOf: text[range])
    }
  }

  /// Reads `\n`, `\u0041`, `\ud83d\ude00`, …; `index` is at the backslash.
  private mutating func parseEscape(into result: inout [UInt8]) throws(JSON.SyntaxError) {
    let start = index
    index += 1
    guard let kind = next else { throw failure("the text ends inside an escape") }
    index += 1
    switch kind {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): result.append(kind)
    case UInt8(ascii: "b"): result.append(0x08)
    case UInt8(ascii: "f"): result.append(0x0C)
    case UInt8(ascii: "n"): result.append(0x0A)
    case UInt8(ascii: "r"): result.append(0x0D)
    case UInt8(ascii: "t"): result.append(0x09)
    case UInt8(ascii: "u"):
      let scalar = try parseUnicodeEscape(start: start)
      result.append(contentsOf: String(scalar).utf8)
    default: throw failure("unknown escape", at: start)
    }
  }

  private mutating func parseUnicodeEscape(start: Int) throws(JSON.SyntaxError) -> Unicode.Scalar {
    let unit = try parseHexadecimal()
    if let scalar = Unicode.Scalar(unit) { return scalar }
    guard unit < 0xDC00, next == UInt8(ascii: "\\"), index + 1 < text.count,
      text[index + 1] == UInt8(ascii: "u")
    else { throw failure("half of a surrogate pair", at: start) }
    index += 2
    let low = try parseHexadecimal()
    guard (0xDC00...0xDFFF).contains(low),
      let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
    else { throw failure("half of a surrogate pair", at: start) }
    return scalar
  }

  private mutating func parseHexadecimal() throws(JSON.SyntaxError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
        throw failure("expected four hexadecimal digits after \\u")
      }
      value = value << 4 | UInt32(digit)
      index += 1
    }
    return value
  }
}
