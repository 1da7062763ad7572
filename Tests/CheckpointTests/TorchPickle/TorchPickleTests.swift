import Checkpoint
import Foundation
import Testing

@Suite struct TorchPickleTests {
  private func failure(_ bytes: [UInt8]) throws -> CheckpointError {
    let folder = try TemporaryFolder()
    try folder.write(bytes, "pytorch_model.bin")
    return try #require(folder.failure())
  }

  /// The error of a file whose object is one dictionary item made by `build`.
  private func failure(_ build: (inout PickleBuilder) -> Void) throws -> CheckpointError {
    var pickle = PickleBuilder()
    pickle.code("}")
    pickle.string("x")
    build(&pickle)
    pickle.code("s")
    return try failure(pickle.file(count: 4))
  }

  static let globals = [
    ("os", "system"), ("posix", "system"), ("builtins", "eval"), ("__builtin__", "exec"),
    ("subprocess", "Popen"), ("torch", "load"), ("torch.storage", "_load_from_bytes"),
    ("torch._utils", "_rebuild_qtensor"), ("collections", "OrderedDict\u{301}"), ("numpy", "dtype"),
    ("transformers.models.roberta.modeling_roberta", "RobertaModel"),
  ]

  @Test("Everything but tensors is refused by name and place", arguments: globals)
  func refusedGlobals(_ module: String, _ name: String) throws {
    let error = try failure { pickle in
      pickle.global(module, name)
      pickle.code("(")
      pickle.string("touch /tmp/owned")
      pickle.code("tR")
    }
    #expect(error.kind == .unsupported)
    #expect(error.message.contains("\"\(module).\(name)\""))
    #expect(error.message.contains("never run"))
    guard case .offset = error.location else {
      Issue.record("no offset in \(error)")
      return
    }
  }

  @Test("So is STACK_GLOBAL") func refusedStackGlobal() throws {
    let error = try failure { pickle in
      pickle.string("os")
      pickle.string("system")
      pickle.code([0x93])
    }
    #expect(error.message.contains("\"os.system\""))
  }

  @Test(
    "Opcodes that make objects are refused by name", arguments: ["i", "o", "\u{81}", "\u{92}", "P", "I", "S"])
  func refusedOpcodes(_ letter: String) throws {
    let error = try failure { pickle in
      pickle.code([UInt8(letter.unicodeScalars.first?.value ?? 0)])
      pickle.code("os\nsystem\n")
    }
    #expect(error.kind == .unsupported)
    #expect(error.message.contains("opcode"))
  }

  @Test("A tensor of the legacy form is read") func plainTensor() throws {
    let error = try failure { $0.tensor(count: 4, offset: 0, shape: [2, 2], strides: [2, 1]) }
    #expect(error.location == .tensor("embeddings.word_embeddings.weight"))
  }

  static let tensors: [(String, Int, Int, [Int], [Int])] = [
    ("beyond the storage", 4, 1, [2, 2], [2, 1]), ("negative offset", 4, -1, [2], [1]),
    ("offset overflow", 4, .max, [2], [1]), ("negative size", 4, 0, [-2, -2], [1, 1]),
    ("negative stride", 4, 3, [2], [-1]), ("size overflow", 4, 0, [.max, .max], [0, 0]),
    ("stride overflow", 4, 0, [2, 2], [.max, .max]),
    ("rank", 4, 0, Array(repeating: 1, count: 9), Array(repeating: 1, count: 9)),
    ("other rank", 4, 0, [2, 2], [1]), ("storage bomb", 1 << 60, 0, [1 << 60], [1]),
    ("storage of another size", 5, 0, [5], [1]), ("negative storage", -4, 0, [0], [1]),
    ("storage overflow", .max, 0, [2], [1]),
  ]

  @Test("Tensors outside of their storages are errors", arguments: tensors)
  func tensorExtent(_ name: String, _ count: Int, _ offset: Int, _ shape: [Int], _ strides: [Int]) throws {
    let error = try failure { $0.tensor(count: count, offset: offset, shape: shape, strides: strides) }
    #expect(error.kind == .malformed || error.kind == .unsupported, "\(name): \(error)")
    #expect(error.location != .tensor("embeddings.word_embeddings.weight"), "\(name): \(error)")
  }

  static let broken: [(String, [UInt8])] = [
    ("stack empty", Array("0".utf8)), ("tuple without mark", Array("t".utf8)),
    ("append to int", [0x4B, 1, 0x4B, 1, 0x61]),
    ("set on int", [0x4B, 1, 0x4B, 1, 0x4B, 1, 0x73]), ("odd items", Array("}(Nu".utf8)),
    ("memo", [0x68, 9]), ("string bomb", [0x58, 0xFF, 0xFF, 0xFF, 0xFF]),
    ("string bomb of 64 bits", [0x8D] + [UInt8](repeating: 0xFF, count: 8)),
    ("long bomb", [0x8B, 0xFF, 0xFF, 0xFF, 0x7F]), ("reduce of int", [0x4B, 1, 0x29, 0x52]),
    ("build of int", [0x4B, 1, 0x7D, 0x62]), ("persistent id", [0x4B, 1, 0x51]), ("unknown", [0xFE]),
    ("protocol", [0x80, 6]), ("global at the end", Array("ctorch".utf8)),
  ]

  @Test("Broken pickles are errors", arguments: broken)
  func findsBroken(_ name: String, _ code: [UInt8]) throws {
    var pickle = PickleBuilder()
    pickle.code(code)
    let error = try failure(pickle.file(count: 4))
    guard case .offset = error.location else {
      Issue.record("\(name): no offset in \(error)")
      return
    }
  }

  @Test("Nesting, self reference and repetition are bounded") func bombs() throws {
    var nested = PickleBuilder()
    nested.code("}")
    nested.string("x")
    nested.code("N")
    nested.code([UInt8](repeating: 0x85, count: 900_000))
    nested.code("s")
    #expect(try failure(nested.file(count: 4)).message.contains("does not declare"))

    var endless = PickleBuilder()
    endless.code([UInt8](repeating: 0x4E, count: 2_000_000))
    #expect(try failure(endless.file(count: 4)).message.contains("steps"))

    // A list that holds itself, then laughs doubled 10,000 times.
    var laughs = PickleBuilder()
    laughs.code("}")
    laughs.string("x")
    laughs.code([0x5D, 0x71, 0, 0x68, 0, 0x61])
    for _ in 0..<10_000 { laughs.code([0x32, 0x86]) }
    laughs.code("s")
    #expect(try failure(laughs.file(count: 4)).message.contains("does not declare"))

    // OrderedDict of one long list, again and again.
    var copies = PickleBuilder()
    copies.code("](")
    for _ in 0..<10_000 { copies.code([0x4E, 0x4E, 0x86]) }
    copies.code([0x65, 0x71, 0])
    for _ in 0..<10_000 {
      copies.global("collections", "OrderedDict")
      copies.code([0x68, 0, 0x85, 0x52, 0x30])
    }
    #expect(try failure(copies.file(count: 4)).message.contains("steps"))
  }

  @Test("A view that repeats elements is no weight") func expanded() throws {
    var pickle = PickleBuilder()
    pickle.code("}")
    pickle.string("embeddings.word_embeddings.weight")
    pickle.tensor(count: 4, offset: 0, shape: [24, 8], strides: [0, 0])
    pickle.code("s")
    let error = try failure(pickle.file(count: 4))
    #expect(error.location == .tensor("embeddings.word_embeddings.weight"))
    #expect(error.message.contains("repeats"))
  }

  @Test("Numbers in the other byte order are refused") func byteOrder() throws {
    var archive = try Golden.bytes("weights/zip.bin")
    let place = try #require(Data(archive).range(of: Data("little".utf8)))
    archive.replaceSubrange(place, with: Array("biggie".utf8))
    #expect(try failure(archive).message.contains("little-endian"))

    var legacy = try Golden.bytes("weights/old.bin")
    let fact = try #require(Data(legacy).range(of: Data("little_endian".utf8)))
    let value = try #require(legacy[fact.upperBound...].firstIndex(of: 0x88))
    legacy[value] = 0x89
    #expect(try failure(legacy).message.contains("little-endian"))
  }

  @Test("A damaged pickle is found by its checksum") func checksum() throws {
    var archive = try Golden.bytes("weights/zip-shared.bin")
    let place = try #require(Data(archive).range(of: Data("_rebuild_tensor_v2".utf8)))
    archive[place.upperBound + 40] ^= 1
    #expect(try failure(archive).message.contains("checksum"))
  }

  @Test("Compressed archives are refused") func compressed() throws {
    var archive = try Golden.bytes("weights/zip.bin")
    // The directory's record of data.pkl: method 8.
    let places = Data(archive).range(of: Data([0x50, 0x4B, 1, 2]))
    archive[try #require(places).lowerBound + 10] = 8
    #expect(try failure(archive).kind == .unsupported)
  }

  @Test("Other files") func others() throws {
    #expect(try failure([]).kind == .malformed)
    #expect(try failure(Array("PK".utf8)).kind == .malformed)
    #expect(try failure(Array("hello".utf8)).kind == .malformed)
    #expect(try failure([0x80, 2, 0x4E, 0x2E]).message.contains("torch.save"))
    var tar = [UInt8](repeating: 0, count: 1024)
    tar.replaceSubrange(257..<262, with: Array("ustar".utf8))
    #expect(try failure(tar).kind == .unsupported)
  }
}
