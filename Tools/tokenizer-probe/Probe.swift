import Foundation

/// The Swift side of the tokenizer's differential test and benchmark; built together with the tokenizer's
/// sources by Tools/tokenizer-parity.
///
/// tokenizer-probe DEFINITION REQUESTS [ROUNDS]
///
/// All numbers are u32, little-endian; a text is its length and its bytes.
///   DEFINITION  flags (1 clean, 2 CJK, 4 strip, 8 lower), longest word, unknown, classifier, separator,
///               padding, continuation prefix text, count and texts of the vocabulary, count of added tokens:
///               id, flags (1 special, 2 single word, 4 left, 8 right, 16 normalized), text
///   REQUESTS    maximum tokens (0: no limit), text, …
///   output      count of ids, 1 truncated + 2 replaced + 4 exact, token count, ids, …
/// With ROUNDS it prints instead the seconds of that many rounds over all requests, loading excluded.
@main
struct Probe {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count >= 3 else { throw CocoaError(.fileReadUnknown) }
    let definition = Self.definition(try Input(arguments[1]))
    let settings = try definition.encodeSettings()
    let vocabulary = try definition.encodeVocabulary()
    try settings.withUnsafeBytes { settings in
      try vocabulary.withUnsafeBytes { vocabulary in
        let start = ContinuousClock.now
        let tokenizer = try Tokenizer(settings: settings, vocabulary: vocabulary)
        let loading = ContinuousClock.now - start
        let requests = try Input(arguments[2])
        if arguments.count > 3 {
          print("load \(loading), sections \(settings.count) + \(vocabulary.count) bytes")
          time(tokenizer, requests, rounds: Int(arguments[3]) ?? 1)
        } else {
          answer(tokenizer, requests)
        }
      }
    }
  }

  static func definition(_ input: Input) -> TokenizerDefinition {
    let flags = input.number()
    let numbers = (0..<5).map { _ in input.number() }
    let prefix = Array(input.text())
    let vocabulary = (0..<input.number()).map { _ in Array(input.text()) }
    let added = (0..<input.number()).map { _ in
      let (id, flags) = (input.number(), input.number())
      return TokenizerDefinition.AddedToken(
        content: Array(input.text()), id: id, special: flags & 1 != 0, singleWord: flags & 2 != 0,
        stripsLeft: flags & 4 != 0, stripsRight: flags & 8 != 0, normalized: flags & 16 != 0)
    }
    var definition = TokenizerDefinition(
      vocabulary: vocabulary, addedTokens: added, unknownToken: numbers[1], classifierToken: numbers[2],
      separatorToken: numbers[3], paddingToken: numbers[4])
    definition.cleansText = flags & 1 != 0
    definition.splitsCJK = flags & 2 != 0
    definition.stripsAccents = flags & 4 != 0
    definition.lowercases = flags & 8 != 0
    definition.maximumWordScalars = Int(numbers[0])
    definition.continuingPrefix = prefix
    return definition
  }

  static func answer(_ tokenizer: Tokenizer, _ requests: Input) {
    var encoding = Encoding()
    var output: [UInt32] = []
    while !requests.isAtEnd {
      let limit = requests.number()
      tokenizer.encode(requests.text(), maximumTokens: limit == 0 ? Int.max : Int(limit), into: &encoding)
      let flags: [Bool] = [encoding.truncated, encoding.replacedInvalidBytes, encoding.isTokenCountExact]
      output.append(UInt32(encoding.ids.count))
      output.append(flags.enumerated().reduce(0) { $0 | ($1.element ? 1 << UInt32($1.offset) : 0) })
      output.append(UInt32(encoding.tokenCount))
      output += encoding.ids
    }
    output.withUnsafeBytes { FileHandle.standardOutput.write(Data($0)) }
  }

  static func time(_ tokenizer: Tokenizer, _ requests: Input, rounds: Int) {
    var encoding = Encoding()
    var (tokens, bytes) = (0, 0)
    let start = ContinuousClock.now
    for _ in 0..<rounds {
      requests.position = 0
      while !requests.isAtEnd {
        let limit = requests.number()
        let text = requests.text()
        tokenizer.encode(text, maximumTokens: limit == 0 ? Int.max : Int(limit), into: &encoding)
        tokens += encoding.ids.count
        bytes += text.count
      }
    }
    let elapsed = (ContinuousClock.now - start) / 1
    let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
    print("seconds \(seconds) tokens \(tokens) bytes \(bytes)")
  }
}

/// A file being read from front to back.
final class Input {
  let data: UnsafeRawBufferPointer
  var position = 0

  init(_ path: String) throws {
    let contents = try Data(contentsOf: URL(fileURLWithPath: path))
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: contents.count + 1, alignment: 8)
    contents.copyBytes(to: copy)
    data = UnsafeRawBufferPointer(rebasing: copy[..<contents.count])
  }

  var isAtEnd: Bool { position >= data.count }

  func number() -> UInt32 {
    defer { position += 4 }
    return data.loadUnaligned(fromByteOffset: position, as: UInt32.self)
  }

  func text() -> UnsafeBufferPointer<UInt8> {
    let count = Int(number())
    defer { position += count }
    return UnsafeRawBufferPointer(rebasing: data[position..<position + count]).bindMemory(to: UInt8.self)
  }
}
