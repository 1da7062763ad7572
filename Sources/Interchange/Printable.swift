/// `text` fit for one line of a terminal: what would control the terminal or reorder the line, as hostile names and texts
/// may, becomes U+FFFD, and what is longer than `limit` scalars is cut.
package func printable(_ text: String, limit: Int = 200) -> String {
  var result = String.UnicodeScalarView()
  for (index, scalar) in text.unicodeScalars.enumerated() {
    if index == limit {
      result.append("…")
      break
    }
    result.append(scalar.properties.generalCategory.isVisible ? scalar : "\u{FFFD}")
  }
  return String(result)
}

/// `text` in double quotes, fit for one line of a terminal.
package func quoted(_ text: String) -> String {
  "\"\(printable(text))\""
}

/// UTF-8 in double quotes, fit for one line of a terminal.
package func quoted(_ utf8: some Sequence<UInt8>) -> String {
  quoted(String(decoding: Array(utf8), as: UTF8.self))
}

extension Unicode.GeneralCategory {
  /// Whether scalars of this category neither control a terminal nor reorder a line.
  fileprivate var isVisible: Bool {
    switch self {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: false
    default: true
    }
  }
}
