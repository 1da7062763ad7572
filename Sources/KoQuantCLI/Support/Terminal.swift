import CShims
import KoQuant

/// A stream that people read: a terminal, or a file that gets the same words without the animation.
struct Terminal: Sendable {
  static let standardError = Terminal(descriptor: 2, name: "standard error")
  static let standardOutput = Terminal(descriptor: 1, name: "standard output")

  let isInteractive: Bool
  private let output: OutputDescriptor

  private init(descriptor: Int32, name: String) {
    output = OutputDescriptor(descriptor, name: name)
    isInteractive = kqs_is_terminal(descriptor)
  }

  /// Writes a line for people. Nowhere is left to report that it cannot be written.
  func line(_ text: String) {
    try? output.write(Array((text + "\n").utf8))
  }

  /// Writes results, whose loss is an error.
  func write(_ text: String) throws(SystemError) {
    try output.write(Array(text.utf8))
  }

  /// Replaces the line that the cursor is in; does nothing when nobody watches.
  func status(_ text: String) {
    guard isInteractive else { return }
    try? output.write(Array("\r\u{1B}[K\(text)".utf8))
  }

  /// Removes the line that `status` left.
  func clearStatus() { status("") }
}
