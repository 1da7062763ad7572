import Foundation
import KoQuant
import Testing

@Suite struct KoqFileTests {
  let scratch: Scratch
  let path: String
  let image = KoqImage.sample

  init() throws {
    scratch = try Scratch()
    path = try scratch.file("sample.koq", image.build())
  }

  @Test func tableSaysWhatWasWritten() throws {
    let file = try KoqFile(path: path)
    #expect(file.header.major == 1 && file.header.minor == 0)
    #expect(file.sections.map(\.name.string) == image.pieces.map { String(decoding: $0.name, as: UTF8.self) })
    let weights = try #require(file.section(named: "layers.0.output.weights"))
    #expect(weights.kind == .tensor && weights.elementType == .int8 && weights.codec == .stored)
    #expect(weights.shape.array == [3, 5, 4, 4] && weights.attribute == 128 && weights.rows == 3)
    #expect(weights.offset % weights.alignment == 0)
    let embeddings = try #require(file.section(named: "embeddings.word.values"))
    #expect(embeddings.codec == .zstd && embeddings.blocks == 3 && embeddings.rows(ofBlock: 2) == 6..<7)
    #expect(try #require(file.section(named: "provenance")).kind == .document)
    #expect(try #require(file.section(named: "scalar")).shape.array == [])
    #expect(file.section(named: "layers.1.output.weights") == nil)
    #expect(throws: KoqError(.missingSection, section: "nothing", path: path)) {
      try file.requiredSection(named: "nothing")
    }
  }

  @Test(arguments: [KoqFile.Access.mapped, .read]) func everySectionDecodes(access: KoqFile.Access) throws {
    let file = try KoqFile(path: path, access: access)
    let decoder = try SectionDecoder()
    for (entry, piece) in zip(file.sections, image.pieces) {
      #expect(try file.decoded(entry, decoder) == piece.raw)
      try file.verify(entry, using: decoder)
    }
    try file.verifyAll(using: decoder)
  }

  @Test func storedSectionsAreInPlace() throws {
    let mapped = try KoqFile(path: path)
    let entry = try mapped.requiredSection(named: "layers.0.output.weights")
    #expect(mapped.isInPlace(entry))
    #expect(try mapped.bytes(of: entry).elementsEqual(image.pieces[2].raw))
    #expect(try UInt(bitPattern: mapped.bytes(of: entry).baseAddress) % 64 == 0)
    let compressed = try mapped.requiredSection(named: "scales")
    #expect(throws: KoqError.self) { try mapped.bytes(of: compressed) }
    let read = try KoqFile(path: path, access: .read)
    #expect(!read.isInPlace(entry))
    #expect(throws: KoqError(.notInPlace, section: entry.name, offset: entry.offset, path: path)) {
      try read.bytes(of: entry)
    }
  }

  @Test(arguments: [KoqFile.Access.mapped, .read]) func anyRowsDecode(access: KoqFile.Access) throws {
    let file = try KoqFile(path: path, access: access)
    let decoder = try SectionDecoder()
    for index in 1...2 {
      let entry = file.sections[index]
      for first in 0...entry.rows {
        for last in first...entry.rows {
          let expected = image.pieces[index].raw[first * entry.rowLength..<last * entry.rowLength]
          #expect(try file.decodedRows(entry, first..<last, decoder) == Array(expected))
        }
      }
    }
  }

  @Test func wrongRequestsThrow() throws {
    let file = try KoqFile(path: path)
    let decoder = try SectionDecoder()
    let blocks = file.sections[1]
    let whole = file.sections[3]
    var buffer = [UInt8](repeating: 0, count: 50)
    try buffer.withUnsafeMutableBytes { buffer in
      #expect(throws: KoqError.self) { try file.decode(blocks, into: buffer, using: decoder) }
      #expect(throws: KoqError.self) { try file.decodeRows(blocks, 7..<8, into: buffer, using: decoder) }
      #expect(throws: KoqError.self) { try file.decodeRows(blocks, 0..<2, into: buffer, using: decoder) }
      #expect(throws: KoqError.self) { try file.decodeRows(whole, 0..<1, into: buffer, using: decoder) }
      #expect(throws: KoqError.self) { try file.decodeBlock(blocks, 3, into: buffer, using: decoder) }
      #expect(throws: KoqError.self) { try file.decodeBlock(blocks, -1, into: buffer, using: decoder) }
      #expect(throws: KoqError.self) { try file.decodeBlock(whole, 0, into: buffer, using: decoder) }
      try file.decodeBlock(blocks, 2, into: buffer, using: decoder)
      #expect(buffer.elementsEqual(image.pieces[1].raw[300..<350]))
    }
  }

  @Test func threadsShareAFile() throws {
    let file = try KoqFile(path: path, access: .read)
    let pool = try ThreadPool(threads: 4)
    let wrong = Counter()
    let image = image
    pool.run(count: 200) { index, _ in
      let number = index % file.sections.count
      guard let decoder = try? SectionDecoder(),
        (try? file.decoded(file.sections[number], decoder)) == image.pieces[number].raw
      else {
        _ = wrong.next()
        return
      }
    }
    #expect(wrong.value == 0)
  }

  @Test func outOfMemoryThrows() throws {
    var calls = SystemCalls.live
    calls.allocate = { _, _ in nil }
    let error = #expect(throws: KoqError.self) { try KoqFile(path: path, calls: calls) }
    guard case .system(let system) = error?.reason else { throw try #require(error) }
    #expect(system.operation == .allocate)
    #expect(throws: KoqError.self) { try SectionDecoder(calls: calls) }
  }

  @Test func failingReadsThrow() throws {
    let failing = Counter()
    var calls = SystemCalls.live
    calls.readAt = { descriptor, buffer, count, offset in
      failing.value > 0 ? -Int64(EIO) : SystemCalls.live.readAt(descriptor, buffer, count, offset)
    }
    let file = try KoqFile(path: path, access: .read, calls: calls)
    _ = failing.next()
    let decoder = try SectionDecoder()
    for entry in file.sections where entry.rawLength > 0 {
      #expect(throws: KoqError.self) { try file.decoded(entry, decoder) }
      #expect(throws: KoqError.self) { try file.verify(entry, using: decoder) }
    }
  }

  @Test func aFileShortenedWhileReadIsAnError() throws {
    let file = try KoqFile(path: path, access: .read)
    let last = file.sections[3]
    try #require(truncate(path, off_t(last.offset + 1)) == 0)
    let error = #expect(throws: KoqError.self) { try file.decoded(last, try SectionDecoder()) }
    #expect(error?.reason == .system(SystemError(.read, .endsEarly, path: path)))
  }

  @Test func aFileReplacedWhileMappedKeepsItsOldBytes() throws {
    let file = try KoqFile(path: path)
    let writer = try AtomicFileWriter(path: path)
    try writer.commit()
    #expect(try file.decoded(file.sections[3], try SectionDecoder()) == image.pieces[3].raw)
  }
}
