/// The words of the command line after the program's name, as bytes.
struct Arguments {
  private var words: [[UInt8]] = []
  private var next = 0

  init(count: Int, vector: ArgumentVector) {
    for index in 1..<max(count, 1) {
      guard let word = vector[index] else { break }
      var bytes: [UInt8] = []
      var position = 0
      while word[position] != 0 {
        bytes.append(UInt8(bitPattern: word[position]))
        position += 1
      }
      words.append(bytes)
    }
  }

  /// The next word, nil after the last.
  mutating func take() -> [UInt8]? {
    guard next < words.count else { return nil }
    next += 1
    return words[next - 1]
  }
}
