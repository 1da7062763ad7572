/// What the header of a .npy file says: a Python dictionary with exactly the keys descr, fortran_order and shape.
public struct NumPyHeader: Sendable, Equatable {
  var descr: String
  var fortranOrder: Bool
  var shape: [Int]

  /// Length of `bytes(rows:columns:)`, whatever the numbers are.
  public static let length = 128

  /// The header of a float32 matrix, magic bytes included. Always `length` bytes, so that a writer that does not
  /// know the number of rows yet can put the final one in its place at the end.
  public static func bytes(rows: Int, columns: Int) -> [UInt8] {
    let text = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(rows), \(columns)), }"
    let padding = String(repeating: " ", count: max(length - 10 - 1 - text.utf8.count, 0))
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length - 10), 0] + Array((text + padding + "\n").utf8)
  }

  /// Rows and columns of a float32 matrix in C order whose size in bytes fits in an `Int`.
  func matrixShape() throws(NumPyError) -> (rows: Int, columns: Int) {
    if descr != "<f4" { throw .unsupportedType(descr) }
    if fortranOrder { throw .fortranOrder }
    guard shape.count == 2 else { throw .unsupportedShape(shape) }
    let (elements, overflow) = shape[0].multipliedReportingOverflow(by: shape[1])
    guard !overflow, elements <= Int.max / 4 else { throw .unsupportedShape(shape) }
    return (shape[0], shape[1])
  }
}

extension NumPyHeader {
  /// Parses the text between the length and the data.
  init(_ text: [UInt8]) throws(NumPyError) {
    var parser = Parser(text: text)
    var descr: String?
    var fortranOrder: Bool?
    var shape: [Int]?
    try parser.expect("{")
    while !parser.take("}") {
      let key = try parser.string()
      try parser.expect(":")
      switch key {
      case "descr" where descr == nil: descr = try parser.string()
      case "fortran_order" where fortranOrder == nil: fortranOrder = try parser.boolean()
      case "shape" where shape == nil: shape = try parser.tuple()
      default: throw .malformedHeader
      }
      if !parser.take(",") {
        try parser.expect("}")
        break
      }
    }
    guard parser.isAtEnd, let descr, let fortranOrder, let shape else { throw .malformedHeader }
    self.init(descr: descr, fortranOrder: fortranOrder, shape: shape)
  }

  /// The few Python literals that a header is made of. White space before a token is skipped.
  private struct Parser {
    let text: [UInt8]
    var position = 0

    mutating func skipSpace() {
      while position < text.count, text[position] == 0x20 || text[position] == 0x0A { position += 1 }
    }

    var isAtEnd: Bool {
      mutating get {
        skipSpace()
        return position == text.count
      }
    }

    mutating func take(_ token: String) -> Bool {
      skipSpace()
      guard text[position...].starts(with: token.utf8) else { return false }
      position += token.utf8.count
      return true
    }

    mutating func expect(_ token: String) throws(NumPyError) {
      if !take(token) { throw .malformedHeader }
    }

    mutating func string() throws(NumPyError) -> String {
      let quote: UInt8 = take("'") ? UInt8(ascii: "'") : UInt8(ascii: "\"")
      if quote == UInt8(ascii: "\"") { try expect("\"") }
      guard let end = text[position...].firstIndex(of: quote), end - position <= 64 else {
        throw .malformedHeader
      }
      defer { position = end + 1 }
      return String(decoding: text[position..<end], as: UTF8.self)
    }

    mutating func boolean() throws(NumPyError) -> Bool {
      if take("True") { return true }
      try expect("False")
      return false
    }

    mutating func tuple() throws(NumPyError) -> [Int] {
      var numbers: [Int] = []
      try expect("(")
      while !take(")") {
        numbers.append(try number())
        if !take(",") {
          try expect(")")
          // A number in parentheses is not a tuple.
          if numbers.count == 1 { throw .malformedHeader }
          break
        }
      }
      return numbers
    }

    mutating func number() throws(NumPyError) -> Int {
      skipSpace()
      let digits = text[position...].prefix { (0x30...0x39).contains($0) }
      guard let number = Int(String(decoding: digits, as: UTF8.self)) else { throw .malformedHeader }
      position = digits.endIndex
      return number
    }
  }
}
