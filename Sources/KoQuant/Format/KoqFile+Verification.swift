extension KoqFile {
  /// Checks the hash of a section's bytes as they are in the file, without decoding them.
  public func verify(_ entry: SectionEntry, using decoder: SectionDecoder) throws(KoqError) {
    guard try hash(entry, decoder) == entry.storedHash else { throw failure(.damagedSection, entry) }
  }

  /// Checks every byte of the file that opening it did not check: all sections, and the zeros between them.
  public func verifyAll(using decoder: SectionDecoder) throws(KoqError) {
    var end = KoqHeader.size
    for entry in sections {
      try verifyPadding(end..<entry.offset, decoder)
      try verify(entry, using: decoder)
      end = entry.extent.upperBound
    }
    try verifyPadding(end..<header.tableOffset, decoder)
  }

  private func hash(_ entry: SectionEntry, _ decoder: SectionDecoder) throws(KoqError) -> UInt64 {
    if let bytes { return XXH3.hash(bytes.slice(entry.extent)) }
    let stream: XXH3.Stream
    do throws(SystemError) {
      stream = try XXH3.Stream()
    } catch {
      throw failure(.system(error), entry)
    }
    let piece = 65_536
    let buffer = try decoder.inputBuffer(min(piece, entry.storedLength))
    var position = entry.offset
    while position < entry.extent.upperBound {
      let part = buffer.slice(0..<min(piece, entry.extent.upperBound - position))
      try read(entry, position..<position + part.count, into: part)
      stream.update(UnsafeRawBufferPointer(part))
      position += part.count
    }
    return stream.digest()
  }

  /// Less than an alignment's worth of bytes, by the checks on opening.
  private func verifyPadding(_ extent: Range<Int>, _ decoder: SectionDecoder) throws(KoqError) {
    let buffer = try decoder.inputBuffer(extent.count)
    do throws(SystemError) {
      try source.read(into: buffer, at: extent.lowerBound)
    } catch {
      throw KoqError(.system(error), path: path)
    }
    for (index, byte) in buffer.enumerated() where byte != 0 {
      throw KoqError(.invalidEntry("bytes between sections"), offset: extent.lowerBound + index, path: path)
    }
  }
}
