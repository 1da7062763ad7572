import KoQuant

/// What a user should know about texts although they were taken.
struct TextWarnings {
  let maximumTokens: Int
  private var truncated = 0
  private var repaired = 0
  private var firstTruncated = ""
  private var firstRepaired = ""

  init(maximumTokens: Int) { self.maximumTokens = maximumTokens }

  mutating func note(_ encoding: Encoding, at place: String) {
    if encoding.truncated {
      if truncated == 0 { firstTruncated = place }
      truncated += 1
    }
    if encoding.replacedInvalidBytes {
      if repaired == 0 { firstRepaired = place }
      repaired += 1
    }
  }

  /// - Parameter advice: what to do about texts that were cut.
  func report(advice: String) {
    let terminal = Terminal.standardError
    if truncated > 0 {
      terminal.line(
        "koquant: \(truncated) text\(truncated == 1 ? " was" : "s were") cut to \(maximumTokens) tokens, first at "
          + "\(firstTruncated) (\(advice))")
    }
    if repaired > 0 {
      terminal.line(
        "koquant: \(repaired) text\(repaired == 1 ? " has" : "s have") bytes that are not UTF-8, read as U+FFFD, "
          + "first at \(firstRepaired)")
    }
  }
}
