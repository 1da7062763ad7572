/// Markup built piece by piece; whatever is not markup is escaped. The result is well-formed as XML, too.
struct HTML {
  typealias Attributes = KeyValuePairs<StaticString, String>

  private(set) var markup = ""

  /// An element with what `body` puts into it.
  mutating func element(
    _ name: StaticString, _ attributes: Attributes = [:], _ body: (inout HTML) -> Void
  ) {
    open(name, attributes)
    markup += ">"
    body(&self)
    markup += "</\(name)>"
  }

  /// An element with nothing but text in it.
  mutating func element(_ name: StaticString, _ attributes: Attributes = [:], text: String) {
    element(name, attributes) { $0.text(text) }
  }

  /// An element with nothing in it.
  mutating func empty(_ name: StaticString, _ attributes: Attributes) {
    open(name, attributes)
    markup += "/>"
  }

  mutating func text(_ text: String) { markup += Self.escaped(text) }

  /// Markup from elsewhere in this program.
  mutating func append(_ other: HTML) { markup += other.markup }

  private mutating func open(_ name: StaticString, _ attributes: Attributes) {
    markup += "<\(name)"
    for (key, value) in attributes { markup += " \(key)=\"\(Self.escaped(value))\"" }
  }

  /// Characters that XML forbids become U+FFFD.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\t", "\n": result.unicodeScalars.append(scalar)
      case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
