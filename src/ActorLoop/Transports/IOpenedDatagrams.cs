namespace ActorLoop.Transports;

/// <summary>A datagram transport of any kind, as whoever opened it sees it.</summary>
internal interface IOpenedDatagrams : IDatagramTransport
{
    /// <summary>Posts the start: <c>ConnectionMade</c>, and receiving after it.</summary>
    void PostStart(Action made);
}
