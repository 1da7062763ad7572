import Interchange
import Testing

@Suite struct PrintableTests {
  @Test(arguments: [
    ("plain 한국어 🙂 é", "plain 한국어 🙂 é"), ("a\u{1B}[31mb", "a\u{FFFD}[31mb"),
    ("two\nlines", "two\u{FFFD}lines"),
    ("\u{9B}31m\u{7F}", "\u{FFFD}31m\u{FFFD}"), ("right\u{202E}left", "right\u{FFFD}left"), ("", ""),
  ])
  func whatATerminalWouldObeyIsReplaced(text: String, shown: String) {
    #expect(printable(text) == shown)
    #expect(quoted(text) == "\"\(shown)\"" && quoted(Array(text.utf8)) == quoted(text))
  }

  @Test func longTextsAreCut() {
    let text = String(repeating: "가", count: 201)
    #expect(printable(text) == String(repeating: "가", count: 200) + "…")
    #expect(printable(text, limit: .max) == text && printable(text, limit: 1) == "가…")
  }

  @Test func bytesThatAreNotUTF8AreRepaired() { #expect(quoted([0x61, 0xFF]) == "\"a\u{FFFD}\"") }
}
