import Interchange
import Testing

@Suite struct JSONParserTests {
  private func parse(_ text: String) throws(JSON.SyntaxError) -> JSON { try JSON(parsing: Array(text.utf8)) }

  @Test("Values of every kind") func values() throws {
    let text = " {\"a\": [1, -2.5, 1e3, true, false, null, \"x\"], \"\": {}, \"b\": []}\r\n\t"
    let expected = JSON.object([
      .init(
        key: Array("a".utf8),
        value: .array([
          .integer(1), .number(-2.5), .number(1000), .boolean(true), .boolean(false), .null, .string([120]),
        ])),
      .init(key: [], value: .object([])), .init(key: [98], value: .array([])),
    ])
    #expect(try parse(text) == expected)
  }

  @Test("Integers are exact, everything else is the nearest double") func numbers() throws {
    #expect(try parse("9223372036854775807") == .integer(.max))
    #expect(try parse("-9223372036854775808") == .integer(.min))
    #expect(try parse("9223372036854775808") == .number(0x1p63))
    #expect(try parse("1000000000000000019884624838656") == .number(1e30))
    #expect(try parse("-0") == .integer(0))
    #expect(try parse("1e-05") == .number(1e-5))
    #expect(try parse("5e-324") == .number(.leastNonzeroMagnitude))
    #expect(try parse("0.1E+2") == .number(10))
  }

  @Test("Escapes and surrogate pairs") func escapes() throws {
    #expect(
      try parse(#""\"\\\/\b\f\n\r\t\u0041\uac00\ud83d\ude00é""#).stringValue == "\"\\/\u{8}\u{c}\n\r\tA가😀é")
    #expect(try parse(#""\u0000""#) == .string([0]))
  }

  @Test("Canonically equivalent keys are different") func canonicalEquivalence() throws {
    let json = try parse("{\"\u{AC00}\": 1, \"\u{1100}\u{1161}\": 2}")
    #expect(json.objectValue?.count == 2)
    #expect(json["\u{AC00}"] == .integer(1))
    #expect(json["\u{1100}\u{1161}"] == .integer(2))
  }

  @Test("Of a repeated key the last counts") func repeatedKeys() throws {
    #expect(try parse("{\"a\": 1, \"a\": 2}")["a"] == .integer(2))
  }

  static let malformed: [(String, Int)] = [
    ("", 0), (" ", 1), ("{", 1), ("[1,]", 3), ("[1 2]", 3), ("{\"a\"}", 4), ("{\"a\":}", 5), ("{a:1}", 1),
    ("{\"a\":1,}", 7), ("01", 0), ("-", 1), ("1.", 2), (".5", 0), ("1e", 2), ("+1", 0), ("NaN", 0),
    ("Infinity", 0), ("1e999", 0), ("nul", 0), ("truex", 4), ("\"", 0), ("\"\\x\"", 1), ("\"\\ud800\"", 1),
    ("\"\\ude00\"", 1), ("\"\\ud800\\u0041\"", 1), ("\"\\u00g0\"", 5), ("\"a\nb\"", 2), ("1 2", 2), ("[", 1),
    ("// x\n1", 0), ("'a'", 0), ("\u{FEFF}1", 0), ("[1", 2), ("\"\\", 2), ("\"\\u1", 4),
  ]

  @Test("Malformed texts are errors at their place", arguments: malformed)
  func findsMalformed(_ text: String, _ offset: Int) {
    let error = #expect(throws: JSON.SyntaxError.self) { try parse(text) }
    #expect(error?.offset == offset, "\(text)")
  }

  @Test(
    "Ill-formed UTF-8 is an error",
    arguments: [
      [0x80], [0xC0, 0x80], [0xC3], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
      [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82], [0xFF],
    ] as [[UInt8]])
  func illFormed(_ bytes: [UInt8]) {
    let error = #expect(throws: JSON.SyntaxError.self) { try JSON(parsing: [0x22, 0x61] + bytes + [0x22]) }
    #expect(error?.offset == 2)
  }

  @Test("Depth is bounded") func depth() throws {
    let deepest = String(repeating: "[", count: 128) + String(repeating: "]", count: 128)
    _ = try parse(deepest)
    for bomb in ["[", "{\"a\":"] {
      let error = #expect(throws: JSON.SyntaxError.self) {
        try parse(String(repeating: bomb, count: 1_000_000))
      }
      #expect(error?.message.contains("deep") == true)
    }
  }

  @Test("The number of values is bounded") func valueCount() {
    var limits = JSON.Limits()
    limits.values = 10
    let text = Array("[1,2,3,4,5,6,7,8,9,10]".utf8)
    let error = #expect(throws: JSON.SyntaxError.self) { try JSON(parsing: text, limits: limits) }
    #expect(error?.message.contains("10 values") == true)
  }

  @Test("Random bytes and random edits never trap") func fuzz() throws {
    var generator = SeededGenerator(state: 1)
    let alphabet = Array("{}[]\",:\\u0129eE+-.truefalsn \n\u{e9}".utf8)
    let original = Sample.document
    for _ in 0..<20_000 {
      let length = Int.random(in: 0..<40, using: &generator)
      let text = (0..<length).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
      _ = try? JSON(parsing: text)
    }
    for _ in 0..<5_000 {
      var text = original
      for _ in 0..<3 {
        text[Int.random(in: text.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      }
      _ = try? JSON(parsing: text)
    }
  }
}
