import Checkpoint
import Testing

/// Damaged weight files end in an error or in the same values, never in a trap. What no format protects are the
/// bytes of the weights themselves: those may only change values.
@Suite struct HostileFileTests {
  static let files = [
    ("f16.safetensors", "model.safetensors"), ("zip-shared.bin", "pytorch_model.bin"),
    ("old.bin", "pytorch_model.bin"),
  ]

  @Test("Every truncation is an error", arguments: files)
  func truncation(_ source: String, _ name: String) throws {
    let folder = try leanFolder()
    let bytes = try Golden.bytes("weights/\(source)")
    for length in 0..<bytes.count {
      try folder.write(Array(bytes[..<length]), name)
      #expect(folder.failure() != nil, "\(length) bytes")
    }
  }

  @Test("Every flipped byte is an error or harmless", arguments: files)
  func flips(_ source: String, _ name: String) throws {
    let folder = try leanFolder()
    let original = try Golden.bytes("weights/\(source)")
    try folder.write(original, name)
    let values = try folder.open().allBits()
    var generator = SeededGenerator(state: 3)
    for index in original.indices {
      var bytes = original
      bytes[index] ^= UInt8.random(in: 1...255, using: &generator)
      try folder.write(bytes, name)
      guard let read = try? folder.open().allBits() else { continue }
      #expect(read.count == values.count)
      let changed = zip(read, values).count { $0 != $1 }
      if name == "model.safetensors" { #expect(changed <= 1, "byte \(index)") }
    }
  }

  static let moreFiles = [("zip-views.bin", "pytorch_model.bin"), ("legacy-f64.bin", "pytorch_model.bin")]

  @Test("Random damage", arguments: files + moreFiles)
  func fuzz(_ source: String, _ name: String) throws {
    let folder = try leanFolder()
    let original = try Golden.bytes("weights/\(source)")
    var generator = SeededGenerator(state: 4)
    for _ in 0..<4000 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...8, using: &generator) {
        // Most of what matters is at the ends of these files.
        let end = Bool.random(using: &generator) ? bytes.count : min(bytes.count, 3000)
        let place = Int.random(in: 0..<end, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes[place] = [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &generator) ?? 0
        case 1: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 2: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
        default:
          let length = min(Int.random(in: 1...16, using: &generator), bytes.count - place)
          let other = Int.random(in: 0...(bytes.count - length), using: &generator)
          bytes.replaceSubrange(place..<place + length, with: Array(bytes[other..<other + length]))
        }
      }
      try folder.write(bytes, name)
      _ = try? folder.open().allBits()
    }
  }

  @Test("Random pickles") func randomPickles() throws {
    let folder = try leanFolder()
    var generator = SeededGenerator(state: 5)
    let opcodes = Array("(.0Q}]abcdelstuNKMJXUGRq)hr".utf8) + Array(0x80...0x98)
    for _ in 0..<10_000 {
      var pickle = PickleBuilder()
      for _ in 0..<Int.random(in: 1...30, using: &generator) {
        switch Int.random(in: 0..<8, using: &generator) {
        case 0: pickle.global("torch._utils", "_rebuild_tensor_v2")
        case 1: pickle.storage("0", count: Int.random(in: -1...5, using: &generator))
        case 2: pickle.string("x")
        case 3: pickle.tuple((0..<Int.random(in: 0...3, using: &generator)).map { $0 })
        case 4: pickle.global("collections", "OrderedDict")
        default: pickle.code([opcodes.randomElement(using: &generator) ?? 0])
        }
      }
      try folder.write(pickle.file(count: 4), "pytorch_model.bin")
      #expect(folder.failure() != nil)
    }
  }

  /// Only what must be there, as it is read again for every damage.
  private func leanFolder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder(empty: true)
    for name in ["config.json", "vocab.txt"] { try folder.write(Golden.bytes("tiny/\(name)"), name) }
    return folder
  }
}
