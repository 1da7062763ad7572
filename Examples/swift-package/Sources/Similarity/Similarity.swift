@main struct Similarity {
  /// Similarity FILE.koq TEXT TEXT: the cosine of two texts.
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 4 else { return print("usage: Similarity FILE.koq TEXT TEXT") }
    let encoder = try Encoder(path: arguments[1])
    let (first, second) = (try encoder.encode(arguments[2]), try encoder.encode(arguments[3]))
    print(zip(first, second).reduce(0) { $0 + $1.0 * $1.1 })
  }
}
