extension JSONParser {
  /// More digits than any number in a checkpoint has; bounds the conversion's work.
  private static let maximumLength = 1024

  /// Reads a number: an integer that fits in `Int` exactly, anything else as the nearest double.
  mutating func parseNumber() throws(JSON.SyntaxError) -> JSON {
    let start = index
    if next == UInt8(ascii: "-") { index += 1 }
    let firstDigit = next
    let integerDigits = skipDigits()
    if integerDigits == 0 { throw failure("expected a digit") }
    if integerDigits > 1, firstDigit == UInt8(ascii: "0") {
      throw failure("a number must not start with 0", at: start)
    }
    let hasFraction = try skipFraction()
    let hasExponent = try skipExponent()
    let digits = text[start..<index]
    if digits.count > Self.maximumLength {
      throw failure("a number of more than \(Self.maximumLength) characters", at: start)
    }
    let spelling = String(decoding: digits, as: UTF8.self)
    if !hasFraction, !hasExponent, let value = Int(spelling) { return .integer(value) }
    guard let value = Double(spelling), value.isFinite else {
      throw failure("the number is out of range", at: start)
    }
    return .number(value)
  }

  private mutating func skipDigits() -> Int {
    let start = index
    while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { index += 1 }
    return index - start
  }

  private mutating func skipFraction() throws(JSON.SyntaxError) -> Bool {
    guard next == UInt8(ascii: ".") else { return false }
    index += 1
    if skipDigits() == 0 { throw failure("expected a digit after the decimal point") }
    return true
  }

  private mutating func skipExponent() throws(JSON.SyntaxError) -> Bool {
    guard next == UInt8(ascii: "e") || next == UInt8(ascii: "E") else { return false }
    index += 1
    if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { index += 1 }
    if skipDigits() == 0 { throw failure("expected a digit in the exponent") }
    return true
  }
}
