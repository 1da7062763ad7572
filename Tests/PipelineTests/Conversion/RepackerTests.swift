import Conversion
import KoQuant
import Testing

@Suite struct RepackerTests {
  @Test(arguments: TinyCheckpoint.names) func packingAndUnpackingGiveTheFilesThatAreConverted(name: String)
    throws
  {
    let stored = try TinyModel(name, .stored)
    let packed = try TinyModel(name, .zstd(level: 3))
    let folder = try TemporaryFolder()
    let unpackedPath = folder.file("unpacked.koq")
    let unpacked = try Repacker.repack(packed.openFile(), to: unpackedPath, compression: .stored)
    #expect(try folder.read("unpacked.koq") == stored.bytes())
    #expect(unpacked.header.contentHash == packed.report.summary.header.contentHash)
    let again = folder.file("packed.koq")
    _ = try Repacker.repack(KoqFile(path: unpackedPath), to: again, compression: .zstd(level: 3))
    #expect(try folder.read("packed.koq") == packed.bytes())
  }

  @Test(arguments: [KoqWriter.Compression.stored, .zstd(level: 3)])
  func damageIsFoundAndNothingIsWritten(compression: KoqWriter.Compression) throws {
    let tiny = try TinyModel("tiny-bert", compression)
    let bytes = try tiny.bytes()
    defer { withExtendedLifetime(tiny) {} }
    for entry in try tiny.openFile().sections where entry.storedLength > 0 {
      var damaged = bytes
      damaged[entry.offset + entry.storedLength / 2] ^= 4
      let path = try tiny.folder.write(damaged, "damaged.koq")
      let output = tiny.folder.file("output.koq")
      #expect(throws: KoqError.self, "\(entry.name.string)") {
        try Repacker.repack(KoqFile(path: path), to: output, compression: .stored)
      }
      #expect(throws: KoqError.self) { try KoqFile(path: output) }
    }
  }
}
