import Checkpoint
import Conversion
import Crypto
import Foundation
import Kernels
import KoQuant
import Testing

@Suite struct ConverterTests {
  @Test(arguments: TinyCheckpoint.names, [KoqWriter.Compression.stored, .zstd(level: 3)])
  func theSameCheckpointGivesTheSameFile(name: String, compression: KoqWriter.Compression) throws {
    let checkpoint = try TinyCheckpoint(name)
    let first = try TinyModel(checkpoint, compression)
    let folder = try TemporaryFolder()
    for threads in 1...3 {
      try checkpoint.convert(to: folder.file("again.koq"), compression, threads: threads)
      #expect(try folder.read("again.koq") == first.bytes(), "\(threads) threads")
    }
    #expect(folder.contents == ["again.koq"])
  }

  @Test func theReportDescribesTheFile() throws {
    let checkpoint = try TinyCheckpoint()
    let model = try TinyModel(checkpoint)
    let report = model.report
    let file = try model.openFile()
    #expect(report.fileBytes == (try model.bytes().count))
    #expect(report.summary.header == file.header && report.summary.sections == file.sections)
    #expect(report.sourceBytes == (try checkpoint.open { $0.sourceFiles.reduce(0) { $0 + $1.size } }))
    // Four a layer.
    #expect(report.matrices.count == 2 * 4)
    #expect(report.matrices.allSatisfy { $0.signalToNoise > 38 && $0.plainSignalToNoise > 30 })
    #expect(report.wordError > 0 && report.wordError < 0.02)
    #expect(report.layers.map(\.layers) == [0, 1, 2])
    #expect(report.drift.texts.count == report.probes)
    #expect(report.drift.cosine.mean > 0.9997 && report.drift.cosine.minimum > 0.999)
    try file.verifyAll(using: SectionDecoder())
  }

  @Test func everyStepIsReported() throws {
    var steps: [Converter.Progress] = []
    let folder = try TemporaryFolder()
    try TinyCheckpoint().convert(to: folder.file("a.koq")) { steps.append($0) }
    #expect(steps.allSatisfy { !$0.what.isEmpty && $0.step <= $0.total })
    #expect(steps.map(\.step) == steps.map(\.step).sorted())
    #expect(steps.last.map { $0.step == $0.total } == true)
  }

  @Test func probesAreWhatTheEncoderGives() throws {
    let model = try TinyModel()
    let opened = try model.open()
    let entry = try opened.file.requiredSection(named: .probes)
    let buffer = try AlignedBuffer(byteCount: entry.rawLength)
    try opened.file.decode(entry, into: buffer.bytes, using: SectionDecoder())
    let probes = try Probes(section: UnsafeRawBufferPointer(buffer.bytes))
    #expect(probes.dimension == 36 && probes.probes.count == model.report.probes)
    let vectors = try opened.embed(probes.probes.map(\.ids))
    for (probe, bits) in zip(probes.probes, vectors) {
      #expect(probe.ids == opened.tokens(String(decoding: probe.text, as: UTF8.self)))
      let values = bits.map { Float(bitPattern: $0) }
      let worst = zip(values, probe.vector).map { abs($0 - $1) }.max() ?? .infinity
      #expect(worst <= probes.limits.maximumAbsolute)
    }
    #expect(probes.limits.minimumCosine > 0.999 && probes.limits.meanCosine >= probes.limits.minimumCosine)
  }

  @Test func provenanceNamesTheSources() throws {
    let checkpoint = try TinyCheckpoint()
    let file = try TinyModel(checkpoint, .zstd(level: 3)).openFile()
    let entry = try file.requiredSection(named: .provenance)
    let buffer = try AlignedBuffer(byteCount: entry.rawLength)
    try file.decode(entry, into: buffer.bytes, using: SectionDecoder())
    let object = try JSONSerialization.jsonObject(with: Data(buffer.bytes))
    let provenance = try #require(object as? [String: Any])
    #expect((provenance["converter"] as? String)?.hasPrefix("koquant ") == true)
    #expect(provenance["recipe"] is [String: Any])
    let files = try #require(provenance["files"] as? [[String: Any]])
    #expect(
      Set(files.compactMap { $0["name"] as? String }).isSuperset(of: ["config.json", "model.safetensors"]))
    for file in files {
      let name = try #require(file["name"] as? String)
      let bytes = try checkpoint.folder.read(name)
      let hash = SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined()
      #expect(file["sha256"] as? String == hash, "\(name)")
      #expect(file["bytes"] as? Int == bytes.count, "\(name)")
    }
  }

  @Test(arguments: ["zip.bin", "zip-shared.bin", "zip-views.bin", "legacy.bin", "old.bin"])
  func everyFormOfTheWeightsGivesTheSameSections(form: String) throws {
    let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("CheckpointTests/Golden")
    func hashes(_ source: String, _ name: String) throws -> [String: UInt64] {
      let folder = try TemporaryFolder(copying: golden.appendingPathComponent("tiny").path)
      defer { withExtendedLifetime(folder) {} }
      let weights = golden.appendingPathComponent("weights/\(source)")
      try folder.write(Data(contentsOf: weights), name)
      let path = folder.file("model.koq")
      let report = try Converter.convert(Checkpoint(path: folder.path), to: path)
      let sections = report.summary.sections.map { ($0.name.string, $0.rawHash) }
      return Dictionary(uniqueKeysWithValues: sections.filter { $0.0 != "provenance" })
    }
    let expected = try hashes("f32.safetensors", "model.safetensors")
    #expect(expected.count > 40)
    #expect(try hashes(form, "pytorch_model.bin") == expected)
  }

  @Test func channelsOfZerosStayZero() throws {
    let checkpoint = try TinyCheckpoint()
    // Row 3 of an inner matrix, a whole matrix, and the row of token 5.
    #expect(try checkpoint.change("layer.0.intermediate.dense.weight") { $0 / 36 == 3 ? 0 : $1 } == 1)
    #expect(try checkpoint.change("layer.1.attention.self.query.weight") { _, _ in 0 } == 1)
    #expect(try checkpoint.change("embeddings.word_embeddings.weight") { $0 / 36 == 5 ? 0 : $1 } == 1)
    let model = try TinyModel(checkpoint)
    #expect(model.report.drift.cosine.minimum > 0.999)
    let file = try model.openFile()
    func floats(_ name: SectionName) throws -> [Float] {
      try Array(file.bytes(of: file.requiredSection(named: name)).bindMemory(to: Float.self))
    }
    #expect(try floats("layers.0.intermediate.scales")[3] == 0)
    #expect(try floats("layers.0.intermediate.scales")[2] > 0)
    #expect(try floats("layers.1.attention.qkv.scales")[..<48].allSatisfy { $0 == 0 })
    #expect(try floats("embeddings.word.scales")[5] == 0)
    let opened = try model.open()
    #expect(try opened.embed([[0, 5, 2]])[0].allSatisfy { Float(bitPattern: $0).isFinite })
  }

  @Test(arguments: [Float(1e-38), 1e-30, 1e30, 3e38])
  func extremeWeightsGiveAFileOrATypedError(scale: Float) throws {
    let checkpoint = try TinyCheckpoint()
    try checkpoint.change("layer.1.output.dense.weight") { $1 == 0 ? 0 : scale * ($1 > 0 ? 1 : -1) }
    do {
      let model = try TinyModel(checkpoint).open()
      _ = try model.embed([[0, 5, 2]])
    } catch {
      print("weights of \(scale): \(error)")
    }
  }
}
