/// `text` fit for one line of a terminal: control characters, which a hostile name may hold, become U+FFFD, and
/// what is longer than 200 scalars is cut.
func printable(_ text: String) -> String {
  var result = String.UnicodeScalarView()
  for (index, scalar) in text.unicodeScalars.enumerated() {
    if index == 200 {
      result.append("…")
      break
    }
    let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
    result.append(isControl ? "\u{FFFD}" : scalar)
  }
  return String(result)
}

/// `text` in double quotes, fit for one line of a terminal.
func quoted(_ text: String) -> String {
  "\"\(printable(text))\""
}

/// UTF-8 in double quotes, fit for one line of a terminal.
func quoted(_ utf8: [UInt8]) -> String {
  quoted(String(decoding: utf8, as: UTF8.self))
}
